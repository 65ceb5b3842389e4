/* node lint.mjs SCRIPT...: what in them ExtendScript would not understand; exit status 1 if there is anything. */
import fs from "node:fs";
import { Linter } from "eslint";
import config from "./eslint.config.mjs";

const linter = new Linter({ configType: "flat" });
for (const name of process.argv.slice(2)) {
  for (const one of linter.verify(fs.readFileSync(name, "utf8"), config, { filename: "host.jsx" })) {
    process.stdout.write(`${name}:${one.line}: ${one.ruleId ?? "syntax"}: ${one.message}\n`);
    process.exitCode = 1;
  }
}
