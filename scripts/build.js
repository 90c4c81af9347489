"use strict";
// Compiles to dist/ and puts beside the compiled code the files that are read as they are at run time.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const AS_THEY_ARE = ["lib/global/router.js", "offline/protocol/tfplugin5.proto"];

fs.rmSync(path.join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
for (const file of AS_THEY_ARE) {
  fs.copyFileSync(path.join(root, file), path.join(root, "dist", file));
}
