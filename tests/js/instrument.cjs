/* node instrument.cjs SCRIPT: the script with a counter in every branch, on stdout. */
const fs = require("node:fs");
const { createInstrumenter } = require("istanbul-lib-instrument");

const name = process.argv[2];
const options = { esModules: false, compact: true, produceSourceMap: false, coverageVariable: "zimuCoverage" };
process.stdout.write(createInstrumenter(options).instrumentSync(fs.readFileSync(name, "utf8"), name));
