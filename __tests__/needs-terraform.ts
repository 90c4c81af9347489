import { findTerraform } from "../offline/terraform";

/** Before any test: without Terraform half of them would fail, each with an error of its own. */
export default async function needsTerraform(): Promise<void> {
  try {
    await findTerraform({ environment: {} });
  } catch (error) {
    // One line; thrown, it would come with Jest's own stack.
    console.error((error as Error).message);
    process.exit(1);
  }
}
