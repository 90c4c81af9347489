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
  review: ["offline", "lib/manifest", "lib/scope/global-types"],
  split: ["offline", "lib/scope/global-types"],
  rehearsal: ["runbook", "offline", "lib/manifest"],
  cli: ["rehearsal", "runbook", "offline", "review", "split", "lib/manifest"],
};

/** The files of a layer that are allowed one by one, as what follows the layer's name in a path. */
const singled = (allowed, layer) =>
  allowed.filter((one) => one.startsWith(`${layer}/`)).map((one) => one.slice(layer.length + 1));

const BARREL = {
  name: "@cdktf/provider-aws",
  message: "The barrel costs seconds and hundreds of MB: import @cdktf/provider-aws/lib/<resource>.",
};

/**
 * Syntax that CloudFront's JavaScript runtime 2.0 does not list as supported.
 * Source: CloudFront developer guide, "JavaScript runtime 2.0 features for CloudFront Functions".
 */
const BEYOND_EDGE_RUNTIME = [
  ["ClassDeclaration, ClassExpression", "has no classes"],
  ["ObjectPattern, ArrayPattern", "has no destructuring"],
  ["SpreadElement", "has no spread"],
  ["ForOfStatement", "has no for-of"],
  ["AssignmentPattern", "has no default parameters"],
  ["FunctionDeclaration[generator=true], FunctionExpression[generator=true]", "has no generators"],
  ["Property[shorthand=true], Property[method=true], Property[computed=true]", "has plain properties only"],
  ["CallExpression > AwaitExpression.arguments", "takes no await among arguments"],
  ["ArrowFunctionExpression[async=true], :function :function[async=true]", "takes no async closures"],
  ["ImportExpression, ExportNamedDeclaration, ExportDefaultDeclaration", "imports its own modules only"],
  ["TemplateLiteral", "has them, but Terraform would evaluate ${...} in the code"],
].map(([selector, lack]) => ({ selector, message: `CloudFront's runtime ${lack}.` }));

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
            regex: `^(\\.\\./)+${other}/(?!(?:${singled(allowed, other).join("|")})$)`,
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
  {
    // An example's own settings are for a project that has this package installed.
    files: ["examples/**/*.ts"],
    languageOptions: { parserOptions: { projectService: false, project: "./tsconfig.json" } },
  },
  ...layerRules,
  {
    files: ["**/*.js"],
    ignores: ["lib/global/router.js"],
    languageOptions: { globals: globals.node, sourceType: "commonjs" },
  },
  {
    files: ["lib/global/router.js"],
    // ES 2017 with modules is what the parser can hold back; the rest of what the runtime lacks is named below.
    languageOptions: { ecmaVersion: 2017, sourceType: "module", globals: { console: "readonly" } },
    rules: {
      "no-restricted-syntax": ["error", ...BEYOND_EDGE_RUNTIME],
      // CloudFront calls `handler` by its name, and the runtime has no catch without a binding.
      "no-unused-vars": ["error", { varsIgnorePattern: "^handler$", caughtErrors: "none" }],
    },
  },
);
