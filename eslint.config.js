"use strict";
const js = require("@eslint/js");
const globals = require("globals");
const tseslint = require("typescript-eslint");

/** What each layer may import besides itself and npm packages; a layer not named in its row is refused. */
const ARROWS = {
  lib: [],
  stacks: ["lib"],
  runbook: ["lib/manifest"],
  offline: [],
  rehearsal: ["runbook", "offline", "lib/manifest"],
  cli: ["rehearsal", "runbook", "offline", "lib/manifest"],
};

const BARREL = {
  name: "@cdktf/provider-aws",
  message: "The barrel costs seconds and hundreds of MB: import @cdktf/provider-aws/lib/<resource>.",
};

const layerRules = Object.entries(ARROWS).map(([layer, allowed]) => ({
  files: [`${layer}/**/*.ts`],
  // The package's entry point is the one place that may see the whole of the library.
  ignores: ["lib/index.ts"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        paths: [BARREL],
        patterns: Object.keys(ARROWS)
          .filter((other) => other !== layer && !allowed.includes(other))
          .map((other) => ({
            // Relative paths that climb out of this layer into the other one.
            regex: `^(\\.\\./)+${other}/${allowed.includes(`${other}/manifest`) ? "(?!manifest$)" : ""}`,
            message: `${layer} may import ${allowed.length ? allowed.join(", ") : "no other layer"}; arrows point one way.`,
          })),
      },
    ],
  },
}));

module.exports = tseslint.config(
  { ignores: ["dist/**", "coverage/**", "**/cdktf.out/**", ".relocate/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      "no-restricted-imports": ["error", { paths: [BARREL] }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  ...layerRules,
  {
    files: ["**/*.js"],
    ignores: ["lib/global/router.js"],
    languageOptions: { globals: globals.node, sourceType: "commonjs" },
  },
);
