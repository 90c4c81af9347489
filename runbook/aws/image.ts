import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { unlessFault } from "./fault";
import { type AwsRegion, connect } from "./region";

/** A client of ECR in one region: registries are a region's own. */
export const imagesIn = (region: AwsRegion): ECRClient => connect(ECRClient, region);

/** An image in a private registry of ECR. */
export interface EcrImage {
  /** Id of the account whose registry it is. */
  readonly registry: string;
  readonly region: string;
  readonly repository: string;
  /** @default - `latest`, unless there is a digest */
  readonly tag?: string;
  /** Such as `sha256:` and 64 digits. @default - whatever the tag names */
  readonly digest?: string;
}

/**
 * Reads the name that a task definition gives an image. Pure.
 *
 * @returns undefined when it is not of a private registry of ECR
 */
export function parseImage(name: string): EcrImage | undefined {
  const found =
    /^(\d{12})\.dkr[.-]ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      name,
    );
  if (!found) return undefined;
  const [, registry = "", region = "", repository = "", tag, digest] = found;
  return { registry, region, repository, tag: tag ?? (digest === undefined ? "latest" : undefined), digest };
}

/**
 * Looks for an image.
 *
 * Needs `ecr:DescribeImages` on its repository.
 *
 * @param ecr client of the image's region
 * @returns its digest, undefined when it or its repository is not there
 */
export async function findDigest(
  ecr: ECRClient,
  { registry, repository, tag, digest }: EcrImage,
): Promise<string | undefined> {
  const request = new DescribeImagesCommand({
    registryId: registry,
    repositoryName: repository,
    imageIds: [digest === undefined ? { imageTag: tag } : { imageDigest: digest }],
  });
  const found = await unlessFault(ecr.send(request), "ImageNotFound", "RepositoryNotFound");
  return found?.imageDetails?.[0]?.imageDigest;
}
