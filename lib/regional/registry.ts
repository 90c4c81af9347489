import { DataAwsEcrRepository } from "@cdktf/provider-aws/lib/data-aws-ecr-repository";
import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Construct } from "constructs";
import { limitName } from "./name-limit";

/** A repository of container images in one region. */
export interface IRegistry {
  readonly name: string;
  readonly arn: string;
  /** Without a tag, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/storefront`. */
  readonly url: string;
}

/** How a container registry is called, and whether it is a new one. */
export interface RegistryProps {
  /** The same in both regions: replication keeps names. Changing it plans a new, empty repository. */
  readonly name: string;
  /**
   * Whether Terraform refuses to destroy the repository. Set it to false and deploy before it is to be destroyed.
   *
   * @default - true
   */
  readonly deletionProtection?: boolean;
  /**
   * Name of a repository that exists and is managed here from now on, as in "name". Keep it in the code.
   *
   * @default - a new one
   */
  readonly importId?: string;
}

/** A container registry that is managed elsewhere. */
export interface ExistingRegistryProps {
  /** Name of the repository, in the region of the scope. */
  readonly name: string;
}

const KEEP_UNTAGGED_DAYS = 14;

/**
 * A repository whose tags never change their image, scanned on every push.
 *
 * Encrypted with ECR's own keys. Untagged images go after 14 days, tagged ones never. What destroys data: AWS refuses to
 * delete a repository that holds an image; with `deletionProtection` Terraform refuses before. Adopting one (`importId`)
 * makes its tags immutable and replaces its lifecycle policy; its encryption stays what it is, as it cannot change.
 *
 * Cost: storage, and traffic out of the region.
 */
export class Registry extends Construct implements IRegistry {
  readonly name: string;
  readonly arn: string;
  readonly url: string;

  /** A repository that is managed elsewhere, read from AWS. */
  static fromExisting(scope: Construct, id: string, props: ExistingRegistryProps): IRegistry {
    const found = new DataAwsEcrRepository(scope, id, { name: props.name });
    return { name: props.name, arn: found.arn, url: found.repositoryUrl };
  }

  constructor(scope: Construct, id: string, props: RegistryProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "registry",
      longest: 256,
      form: /^(?=..)([a-z0-9]+([._-][a-z0-9]+)*\/)*[a-z0-9]+([._-][a-z0-9]+)*$/,
      formInWords: 'two or more lower-case letters and digits, singly parted by ".", "_", "-" or "/"',
    });
    const repository = new EcrRepository(this, "repository", {
      name: props.name,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "AES256" }],
      lifecycle: {
        preventDestroy: props.deletionProtection ?? true,
        ignoreChanges: props.importId === undefined ? undefined : ["encryption_configuration"],
      },
    });
    if (props.importId !== undefined) repository.importFrom(props.importId);
    new EcrLifecyclePolicy(this, "lifecycle", {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: `Untagged images go after ${KEEP_UNTAGGED_DAYS} days`,
            selection: {
              tagStatus: "untagged",
              countType: "sinceImagePushed",
              countUnit: "days",
              countNumber: KEEP_UNTAGGED_DAYS,
            },
            action: { type: "expire" },
          },
        ],
      }),
    });
    this.name = repository.name;
    this.arn = repository.arn;
    this.url = repository.repositoryUrl;
  }
}
