import type { Statement } from "./policy";

/** The pull of exactly one repository when the image comes from a private registry of ECR; nothing for a public image. */
export function imageAccess(image: string): Statement[] {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(image);
  if (!match) return [];
  const [, account, region, repository] = match;
  return [
    // The token is the account's: the action knows no resource (service authorization reference, Amazon ECR).
    { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      resources: [`arn:aws:ecr:${region}:${account}:repository/${repository}`],
    },
  ];
}
