/** Ids of one zone's half of a network that exists. */
export interface ZoneImportIds {
  readonly publicSubnet: string;
  readonly privateSubnet: string;
  /** Allocation id of the NAT gateway's address, such as `eipalloc-0123456789abcdef0`. */
  readonly natAddress: string;
  readonly natGateway: string;
  readonly privateRouteTable: string;
}

/**
 * Ids of a network that exists and is managed here from now on.
 *
 * It must have what `Network` makes: a public and a private subnet in each zone, a NAT gateway in each, one route table
 * for the public subnets and one for each private one, each associated with its subnets and with a route out to
 * everywhere. Routes and associations are found by these ids. Blocks and zones of the subnets stay what they are.
 *
 * The load balancers' security group is made anew, and the VPC's default security group is left as it is, as something
 * may stand in it. Public subnets give out no addresses by themselves any more (`map_public_ip_on_launch`).
 *
 * Keep the ids in the code: once adopted they change nothing, and without them the subnets' blocks would be planned anew.
 */
export interface NetworkImportIds {
  readonly vpc: string;
  readonly internetGateway: string;
  readonly publicRouteTable: string;
  /**
   * Gateway endpoint for S3, such as `vpce-0123456789abcdef0`. AWS refuses a second one on the same route tables. From
   * then on it is the private route tables' alone, and its policy stays what it is.
   *
   * @default - there is none, and one is made
   */
  readonly s3Endpoint?: string;
  /** As many as the network has zones. */
  readonly zones: readonly ZoneImportIds[];
}
