// aws-access-key-id: the id of an AWS access key, long-term or temporary; where it stands, its secret is seldom far.
import { credential } from "../detection/credential.ts";

/** Different characters below which the sixteen are a row of placeholders. */
const DISTINCT_MIN = 5;

export const awsAccessKeyId = credential({
  id: "aws-access-key-id",
  title: "the id of an AWS access key",
  issuer: "Amazon Web Services",
  source:
    "IAM identifiers, AWS IAM user guide: AKIA an access key, ASIA a temporary one, 20 capital letters and digits",
  keywords: ["akia", "asia"],
  pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  check: (value) => new Set(value.slice(4)).size >= DISTINCT_MIN,
  before: 1,
  after: 24,
});
