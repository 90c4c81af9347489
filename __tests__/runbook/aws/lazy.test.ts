import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Runs the command, then tells on the last line which modules of the SDK it has loaded. */
const PROGRAM = `
  process.argv = ["node", "relocate", "--help"];
  process.on("exit", () => {
    const loaded = Object.keys(require.cache).filter((file) => file.includes("@aws-sdk"));
    process.stdout.write("\\n" + JSON.stringify(loaded));
  });
  require("./cli/relocate");
`;

test("the help loads no client of AWS: it stays quick", () => {
  const printed = execFileSync(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", PROGRAM], {
    cwd: join(__dirname, "../../.."),
    encoding: "utf8",
  });
  expect(printed).toContain("Usage: relocate");
  expect(JSON.parse(printed.split("\n").at(-1)!)).toEqual([]);
});
