import * as fs from "node:fs";

/** After all tests: removes the temporary directory that before-all.ts has made. */
export default function afterAll(): void {
  fs.rmSync(process.env.TMPDIR!, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
