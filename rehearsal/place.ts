/** Where a connection starts or ends, as far as the network cares. */
export type Place = VpcPlace | PublicPlace;

/** Inside a VPC: a task, a database, a load balancer, the runbook's runner. */
export interface VpcPlace {
  readonly region: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** For messages: what stands there, such as a Terraform address. */
  readonly label: string;
}

/** Outside every VPC: CloudFront's points of presence have addresses of their own, which security groups can name. */
export interface PublicPlace {
  /** The region nearest to it; decides the latency. */
  readonly region: string;
  readonly public: "cloudfront" | "internet";
  /** For messages, such as `point of presence 3`. */
  readonly label: string;
}

export const isPublic = (place: Place): place is PublicPlace => "public" in place;
