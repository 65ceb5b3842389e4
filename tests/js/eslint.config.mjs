/* ExtendScript is ECMAScript 3: newer syntax does not load, newer methods are not there. */
import { createRequire } from "node:module";

const es = createRequire(import.meta.url)("eslint-plugin-es-x");
const adobe = { app: "readonly", $: "readonly", Sequence: "readonly", ProjectItemType: "readonly" };

export default [
  {
    files: ["**/*.jsx", "**/*.es3.js"],
    languageOptions: { ecmaVersion: 3, sourceType: "script", globals: adobe },
    linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true },
    plugins: { "es-x": es },
    settings: { "es-x": { aggressive: true, allowTestedProperty: false } }, // methods by name, on whatever object
    rules: {
      ...es.configs["flat/restrict-to-es3"].rules,
      eqeqeq: "error",
      "no-implied-eval": "error",
      "no-eval": "error",
      "no-new-func": "error",
      "no-undef": "error",
      "no-unused-vars": ["error", { args: "none", caughtErrors: "none", vars: "local" }],
      "no-nested-ternary": "error", // ExtendScript groups them from the left
      "no-mixed-operators": ["error", { groups: [["&&", "||"]] }], // and gives these the same precedence
      "no-unreachable": "error",
      "no-dupe-keys": "error",
      "no-redeclare": "error",
      "no-sparse-arrays": "error",
    },
  },
];
