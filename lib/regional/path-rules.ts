import { createHash } from "node:crypto";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { type TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";

/** The pattern of the service that answers whatever no other one does. */
export const EVERY_PATH = "/*";

/** AWS evaluates rules from 1 to 50000; what is below is left to rules of other origin, such as a forwarder. */
const FIRST_PRIORITY = 101;
const LAST_PRIORITY = 50_000;
/** Longest pattern in characters; AWS itself takes 128. */
const LONGEST_PATTERN = 98;
/** Places among patterns of one length: all bands fit below the last priority. */
const BAND = Math.floor((LAST_PRIORITY - FIRST_PRIORITY) / LONGEST_PATTERN);

/**
 * The priority of the rule by which a service answers a path pattern: the longer the pattern, the sooner it is asked.
 *
 * It follows from the two names alone, so no rule moves when another service comes or goes.
 */
export function rulePriority(service: string, pattern: string): number {
  if (pattern === EVERY_PATH) return LAST_PRIORITY;
  const place = createHash("sha256").update(`${service} ${pattern}`).digest().readUInt32BE() % BAND;
  return FIRST_PRIORITY + (LONGEST_PATTERN - pattern.length) * BAND + place;
}

/** What hangs on a listener. */
export interface PathRulesProps {
  readonly listenerArn: string;
  /** Name of the service. */
  readonly service: string;
  readonly targetGroupArn: string;
  readonly patterns: readonly string[];
}

/** Hands requests by path to a service's tasks; fails synth when a pattern is none, or two rules want one priority. */
export function pathRules(scope: Construct, props: PathRulesProps): LbListenerRule[] {
  const { listenerArn, service, targetGroupArn, patterns } = props;
  scope.node.addValidation({ validate: () => patterns.flatMap((pattern) => patternFaults(scope, pattern)) });
  return [...new Set(patterns)].map((pattern) => {
    const priority = rulePriority(service, pattern);
    const rule = new LbListenerRule(scope, `rule-${priority}`, {
      listenerArn,
      priority,
      condition: [{ pathPattern: { values: [pattern] } }],
      action: [{ type: "forward", targetGroupArn }],
    });
    claim(rule, pattern);
    return rule;
  });
}

/** Source: Elastic Load Balancing user guide, "Path conditions": these characters, `*` and `?` as wildcards. */
const PATTERN = /^\/[A-Za-z0-9_\-.$/~"'@:+&*?]*$/;

function patternFaults(scope: Construct, pattern: string): string[] {
  if (Token.isUnresolved(pattern)) return [];
  if (PATTERN.test(pattern) && pattern.length <= LONGEST_PATTERN) return [];
  return [
    `${scope.node.path}: paths: found "${pattern}", expected a path pattern such as /api/*, ${LONGEST_PATTERN} ` +
      `characters at most. Fix: change "paths".`,
  ];
}

/** The rule that has each priority of each listener, by stack. */
const taken = new WeakMap<TerraformStack, Map<string, LbListenerRule>>();

/** Has synth refuse a second rule with one priority on one listener, as AWS would only in the middle of an apply. */
function claim(rule: LbListenerRule, pattern: string): void {
  const stack = rule.cdktfStack;
  const rules = taken.get(stack) ?? new Map<string, LbListenerRule>();
  taken.set(stack, rules);
  // One load balancer object gives one token for its listener.
  const place = `${rule.priorityInput} of ${rule.listenerArnInput}`;
  const first = rules.get(place);
  rules.set(place, first ?? rule);
  if (!first) return;
  rule.node.addValidation({
    validate: () => [
      pattern === EVERY_PATH
        ? `${rule.node.path}: answers every path, as ${first.node.path} does; expected one service that does. ` +
          `Fix: give one of them "paths".`
        : `${rule.node.path}: the rule for "${pattern}" has the priority ${rule.priorityInput} of ${first.node.path}. ` +
          `Fix: double a "*" of the pattern, which means the same and gives another priority.`,
    ],
  });
}
