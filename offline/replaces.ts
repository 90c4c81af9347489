/** What is known of one type. */
export interface Replacement {
  /** Destroying an object of this type destroys data, or a name that others have written down. */
  readonly stateful: boolean;
  /** Arguments whose change forces a new object; a dot leads into a block. */
  readonly arguments: readonly string[];
}

const stateful = (...names: string[]): Replacement => ({ stateful: true, arguments: names });
const stateless = (...names: string[]): Replacement => ({ stateful: false, arguments: names });

export const REPLACES: Readonly<Record<string, Replacement>> = {
  aws_vpc: stateless("cidr_block"),
  aws_s3_bucket: stateful("bucket", "bucket_prefix"),
};
