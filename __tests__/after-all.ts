import * as fs from "node:fs";
import { stopEmulators } from "./runbook/aws/emulators/emulator";

/** After all tests: stops what they share, and removes the temporary directory that before-all.ts has made. */
export default async function afterAll(): Promise<void> {
  await stopEmulators();
  fs.rmSync(process.env.TMPDIR!, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
