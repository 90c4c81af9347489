import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findTerraform } from "../offline/terraform";

/** Before any test. */
export default async function beforeAll(): Promise<void> {
  await requireTerraform();
  gatherTemporaryFiles();
}

/** Without Terraform half of the tests would fail, each with an error of its own. */
async function requireTerraform(): Promise<void> {
  try {
    await findTerraform({ environment: {} });
  } catch (error) {
    // One line; thrown, it would come with Jest's own stack.
    console.error((error as Error).message);
    process.exit(1);
  }
}

/**
 * What tests, and the libraries they use, leave in the temporary directory goes away with it in after-all.ts; servers
 * that outlive a test file watch the process that runs them all.
 */
function gatherTemporaryFiles(): void {
  process.env.RELOCATE_TEST_RUN = String(process.pid);
  process.env.TMPDIR = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-tests-"));
  // PostgreSQL runs as another user when this process is root.
  fs.chmodSync(process.env.TMPDIR, 0o711);
}
