import type { Statement } from "./policy";

const PRIVATE_IMAGE = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/;

/** ARN of the ECR repository that an image is pulled from; undefined for an image of another registry. */
function repositoryArn(image: string): string | undefined {
  const [, account, region, repository] = PRIVATE_IMAGE.exec(image) ?? [];
  return account && `arn:aws:ecr:${region}:${account}:repository/${repository}`;
}

/**
 * The pull of exactly the repositories that are named; nothing for public images.
 *
 * @param images references; one that Terraform computes tells nothing here, so its repository goes into `repositoryArns`
 */
export function imageAccess(images: readonly string[], repositoryArns: readonly string[] = []): Statement[] {
  const resources = [...repositoryArns, ...images.flatMap((image) => repositoryArn(image) ?? [])];
  if (resources.length === 0) return [];
  return [
    // The token is the account's: the action knows no resource (service authorization reference, Amazon ECR).
    { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      resources,
    },
  ];
}
