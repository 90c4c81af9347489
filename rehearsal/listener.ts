import { z } from "zod";
import { absent, blocks, resources, type States, texts } from "./state";
import type { TargetGroup } from "./target-group";

const actionShape = z.object({
  type: z.string(),
  target_group_arn: absent(z.string()),
  redirect: blocks(z.object({ host: absent(z.string()), status_code: z.string() })),
  fixed_response: blocks(
    z.object({ content_type: z.string(), message_body: absent(z.string()), status_code: absent(z.string()) }),
  ),
});
const listenerShape = z.object({
  arn: z.string(),
  load_balancer_arn: z.string(),
  port: z.coerce.number(),
  default_action: blocks(actionShape),
});
const ruleShape = z.object({
  listener_arn: z.string(),
  priority: z.coerce.number(),
  action: blocks(actionShape),
  condition: blocks(z.object({ path_pattern: blocks(z.object({ values: texts })) })),
});

/** What a load balancer does with a request. */
export type Action =
  | { readonly type: "forward"; readonly group: TargetGroup }
  | { readonly type: "redirect"; readonly status: number; readonly host: string }
  | { readonly type: "answer"; readonly status: number; readonly contentType: string; readonly body: string };

/** The local twin of one `aws_lb_listener` with its rules. */
export interface Listener {
  readonly loadBalancerArn: string;
  readonly port: number;
  /** Every group it may forward to. */
  readonly targetGroups: readonly TargetGroup[];
  /** What the first rule says whose pattern fits the path; without one, the default action. */
  choose(path: string): Action;
}

/**
 * Reads every listener in state, with the rules that hang on it in whatever stack.
 *
 * @param groups target groups by ARN
 * @throws Error when an action leads nowhere, or a rule goes by more than the path
 */
export function readListeners(states: States, groups: ReadonlyMap<string, TargetGroup>): Listener[] {
  const rules = resources(states, "aws_lb_listener_rule", ruleShape);
  return resources(states, "aws_lb_listener", listenerShape).map(({ at, values }) => {
    const byDefault = actionOf(`${at}: default_action`, values.default_action[0], groups);
    const own = rules
      .filter((rule) => rule.values.listener_arn === values.arn)
      .sort((a, b) => a.values.priority - b.values.priority)
      .map((rule) => ({
        fits: fitting(rule.at, rule.values.condition),
        action: actionOf(`${rule.at}: action`, rule.values.action[0], groups),
      }));
    const actions = [...own.map(({ action }) => action), byDefault];
    return {
      loadBalancerArn: values.load_balancer_arn,
      port: values.port,
      targetGroups: [...new Set(actions.flatMap((one) => (one.type === "forward" ? one.group : [])))],
      choose: (path) => own.find(({ fits }) => fits(path))?.action ?? byDefault,
    };
  });
}

type Conditions = z.infer<typeof ruleShape>["condition"];

/** A rule's conditions must all hold, of a condition's values one (Elastic Load Balancing user guide, "Listener rules"). */
function fitting(at: string, conditions: Conditions): (path: string) => boolean {
  const all = conditions.map(({ path_pattern }) => {
    const values = path_pattern[0]?.values ?? [];
    if (values.length > 0) return values.map(wildcards);
    throw new Error(`${at}: condition: found one that is no path_pattern; only paths are understood here`);
  });
  return (path) => all.every((patterns) => patterns.some((pattern) => pattern.test(path)));
}

/** `*` stands for any characters, `?` for exactly one; letters are told apart by case. */
function wildcards(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

function actionOf(
  at: string,
  action: z.infer<typeof actionShape> | undefined,
  groups: ReadonlyMap<string, TargetGroup>,
): Action {
  const [redirect] = action?.redirect ?? [];
  if (action?.type === "redirect" && redirect) {
    const status = Number(redirect.status_code.replace("HTTP_", ""));
    return { type: "redirect", status, host: redirect.host ?? "#{host}" };
  }
  const [fixed] = action?.fixed_response ?? [];
  if (action?.type === "fixed-response" && fixed) {
    const status = Number(fixed.status_code ?? 200);
    return { type: "answer", status, contentType: fixed.content_type, body: fixed.message_body ?? "" };
  }
  const group = groups.get(action?.target_group_arn ?? "");
  if (action?.type === "forward" && group) return { type: "forward", group };
  throw new Error(
    `${at} is "${action?.type}" to ${action?.target_group_arn ?? "nothing"}; ` +
      `expected "forward" to an aws_lb_target_group in state, "redirect" or "fixed-response"`,
  );
}
