import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Token } from "cdktf";
import type { Construct } from "constructs";

/** What a scope says of its provider. */
export interface ScopeProviderProps {
  /** Tags for everything below. @default - none */
  readonly tags?: { readonly [key: string]: string };
  /** Id of the only account this may touch; another one's credentials are refused. @default - any account */
  readonly account?: string;
  /**
   * The stack's own aliased provider of this region, for a stack that has one already: its credentials, tags and
   * accounts hold below, so neither `tags` nor `account` can be given beside it.
   *
   * @default - one is made, with the credentials of whoever runs Terraform
   */
  readonly provider?: AwsProvider;
}

/** Makes the provider of a scope, or takes the stack's own; synth fails when that one is of another region. */
export function scopeProvider(
  scope: Construct,
  region: string,
  alias: string,
  { tags, account, provider }: ScopeProviderProps,
): AwsProvider {
  if (provider) {
    scope.node.addValidation({
      validate: () => providerFaults(scope, region, provider, tags !== undefined || account !== undefined),
    });
    return provider;
  }
  return new AwsProvider(scope, "aws", {
    region,
    alias,
    allowedAccountIds: account === undefined ? undefined : [account],
    defaultTags: tags ? [{ tags: { ...tags } }] : undefined,
  });
}

function providerFaults(
  scope: Construct,
  region: string,
  provider: AwsProvider,
  settings: boolean,
): string[] {
  const path = scope.node.path;
  const found = provider.region;
  return [
    ...(found === region || Token.isUnresolved(found)
      ? []
      : [
          `${path}: the provider ${provider.node.path} is of the region ${found ?? "of whoever runs Terraform"}, ` +
            `but the scope's is ${region}. Fix: hand it the provider of ${region}, or leave out "provider".`,
        ]),
    ...(settings
      ? [
          `${path}: "tags" and "account" are settings of a provider, but ${provider.node.path} is handed to the scope. ` +
            `Fix: set them there.`,
        ]
      : []),
  ];
}
