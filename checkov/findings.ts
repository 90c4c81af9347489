/** A check that a resource or data source did not pass. */
export interface Finding {
  /** Such as `CKV_AWS_18`. */
  readonly check: string;
  /** What the check asks for, in checkov's words. */
  readonly asks: string;
  /** The Terraform type and the construct path, such as `aws_s3_bucket storefront-standby/us-east-1/uploads/bucket`. */
  readonly resource: string;
}

/** A check that some resources need not pass. */
export interface Skip {
  readonly check: string;
  /** A regular expression for {@link Finding.resource}. */
  readonly resource: string;
  /** Why production is right without it. */
  readonly reason: string;
}

interface Metadata {
  readonly "//"?: { readonly metadata?: { readonly path?: string } };
}

/** The part of a synthesized stack that findings are about. */
export interface StackJson {
  readonly terraform?: Readonly<Record<string, unknown>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Metadata>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Metadata>>>>;
}

/** What checkov prints with `-o json` for one framework. */
export interface Report {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      /** Below the directory that was searched, with a leading slash. */
      readonly file_path: string;
      /** Such as `aws_vpc.id`, `resource.id` or `data.id`: only the id is always right. */
      readonly resource: string;
    }[];
  };
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
}

/** The stack as checkov can read it: of the `terraform` block it takes blocks only, and the version is plain text. */
export function readable(stack: StackJson): StackJson {
  const blocks = Object.entries(stack.terraform ?? {}).filter(([, value]) => typeof value === "object");
  return { ...stack, terraform: Object.fromEntries(blocks) };
}

function resourceNamed(stack: StackJson | undefined, id: string): string {
  for (const types of [stack?.resource ?? {}, stack?.data ?? {}]) {
    for (const [type, resources] of Object.entries(types)) {
      const found = resources[id];
      if (found) return `${type} ${found["//"]?.metadata?.path ?? id}`;
    }
  }
  return id;
}

/**
 * The findings of a report, by construct path.
 *
 * @param stacks by the path of their file as the report has it
 * @throws Error when checkov could not read a file, or has checked nothing
 */
export function findingsIn(report: Report, stacks: ReadonlyMap<string, StackJson>): Finding[] {
  const { passed, parsing_errors: unread } = report.summary;
  if (unread > 0 || passed === 0)
    throw new Error(
      `checkov: expected to read ${stacks.size} stacks; ${unread} unread, ${passed} checks passed`,
    );
  return report.results.failed_checks.map(({ check_id, check_name, file_path, resource }) => ({
    check: check_id,
    asks: check_name,
    resource: resourceNamed(stacks.get(file_path), resource.replace(/^[^.]*\./, "")),
  }));
}

/** What is left to do. */
export interface Verdict {
  /** Findings that no skip explains. */
  readonly open: readonly Finding[];
  /** Skips that explain nothing any more. */
  readonly unused: readonly Skip[];
}

/** Holds findings against the skips. */
export function judge(findings: readonly Finding[], skips: readonly Skip[]): Verdict {
  const explains = (skip: Skip, { check, resource }: Finding) =>
    skip.check === check && new RegExp(skip.resource).test(resource);
  return {
    open: findings.filter((finding) => !skips.some((skip) => explains(skip, finding))),
    unused: skips.filter((skip) => !findings.some((finding) => explains(skip, finding))),
  };
}
