/**
 * Leaves it to IAM who may use a key, as JSON text: the policy that KMS gives a key by default, written down, because a
 * replica shares none with its primary.
 *
 * Within a key policy the resource `*` is the key itself. Source: KMS developer guide, "Default key policy".
 */
export function keyPolicy(account: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "LeaveToIam",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}
