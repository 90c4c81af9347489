import { terraformError } from "../offline/diagnostics";
import type { Terraform } from "../offline/terraform";
import { readPlan, type StackPlan } from "../offline/terraform-json";

async function call(terraform: Terraform, place: string, action: string, ...list: string[]): Promise<string> {
  const ended = await terraform.run(place, action, ...list);
  if (ended.code !== 0) throw terraformError("after the split", action, ended);
  return ended.stdout;
}

/** Readies a root module's copy. @throws Error with Terraform's message */
export const initialised = async (terraform: Terraform, place: string): Promise<void> =>
  void (await call(terraform, place, "init", "-input=false", "-no-color"));

/** Plans a root module's copy. @throws Error with Terraform's message */
export async function planned(terraform: Terraform, place: string): Promise<StackPlan> {
  await initialised(terraform, place);
  await call(terraform, place, "plan", "-json", "-input=false", "-refresh=false", "-out=plan");
  return readPlan(await call(terraform, place, "show", "-json", "plan"));
}
