import { LONGEST_CERTIFICATE_NAME } from "../lib/host-name";
import { networkBlockFault } from "../lib/regional/network-block";
import { overlap } from "../lib/scope/cidr";
import { fault, fits, unless } from "../lib/workload/fault";
import type { Workload } from "../lib/workload/workload";
import { originName } from "./names";
import type { RelocationProps, RelocationRegion } from "./relocation-props";

/** What a region code looks like. */
export const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** China, GovCloud and the isolated regions. */
const OTHER_PARTITIONS = /^(cn|us-gov|us-iso[a-z]*|eu-isoe)-/;

/** @returns what is wrong with the two regions of a relocation, each by itself and both together */
export function regionFaults({ source, target, workload }: RelocationProps): string[] {
  return [
    ...sideFaults("source", source, workload),
    ...sideFaults("target", target, workload),
    ...unless(
      source.region !== target.region,
      fault(
        "target.region",
        `"${target.region}", which is the source's`,
        "another region",
        "change one of the two",
      ),
    ),
    ...unless(
      !overlap(source.cidr ?? "", target.cidr ?? ""),
      fault(
        "target.cidr",
        `"${target.cidr}", which overlaps the source's "${source.cidr}"`,
        "a block apart, as the two networks are peered",
        "give the target another block",
      ),
    ),
  ];
}

function sideFaults(side: string, props: RelocationRegion, workload: Workload): string[] {
  const { region } = props;
  return [
    ...unless(
      REGION.test(region),
      fault(`${side}.region`, `"${region}"`, "a region code", "write it such as eu-west-1"),
    ),
    ...unless(
      !OTHER_PARTITIONS.test(region),
      fault(
        `${side}.region`,
        `"${region}"`,
        "a region of the standard partition: others have an account, an IAM and a CloudFront of their own",
        "choose another region",
      ),
    ),
    ...blockFaults(`${side}.cidr`, props),
    ...originFaults(side, props, workload),
    ...(props.notify ?? [])
      .filter((topic) => !fits(new RegExp(`^arn:aws:sns:${region}:\\d{12}:[A-Za-z0-9_-]+$`), topic))
      .map((topic) =>
        fault(
          `${side}.notify`,
          `"${topic}"`,
          `the ARN of an SNS topic in ${region}`,
          "name a topic of that region",
        ),
      ),
  ];
}

function blockFaults(path: string, { cidr, existing }: RelocationRegion): string[] {
  if (cidr === undefined) {
    return unless(
      existing !== undefined,
      fault(path, "none", "the block of the network that is made there", "write it such as 10.20.0.0/16"),
    );
  }
  const found = networkBlockFault(cidr);
  return found ? [`${path}: ${found}. Fix: give the network another block.`] : [];
}

/** What CloudFront calls a side by, and the certificate that its load balancer shows for it. */
function originFaults(side: string, props: RelocationRegion, { edge }: Workload): string[] {
  if (!edge) return [];
  const { region, originCertificateArn, existing } = props;
  const name = originName(region, edge.publicName);
  return [
    ...unless(
      name.length <= LONGEST_CERTIFICATE_NAME,
      fault(
        "edge.publicName",
        `"${edge.publicName}", by which the load balancer's name ${name} has ${name.length} characters`,
        `${LONGEST_CERTIFICATE_NAME} at most, which is what a certificate takes`,
        "shorten the public name",
      ),
    ),
    ...unless(
      edge.zone !== undefined || originCertificateArn !== undefined || existing !== undefined,
      fault(
        `${side}.originCertificateArn`,
        "none, and edge.zone is none",
        `a certificate for ${name}, which no zone proves`,
        `request one in ${region} and give its ARN`,
      ),
    ),
    ...unless(
      fits(new RegExp(`^arn:aws:acm:${region}:\\d{12}:certificate/[0-9a-f-]+$`), originCertificateArn),
      fault(
        `${side}.originCertificateArn`,
        `"${originCertificateArn}"`,
        `the ARN of a certificate in ${region}, where its load balancer is`,
        "request one there",
      ),
    ),
  ];
}
