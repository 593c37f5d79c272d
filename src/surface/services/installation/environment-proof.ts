// The environment beside a session's start: made by our own start command, proven with the installation's secret.
import { createHash, createHmac } from "node:crypto";
import * as v from "valibot";
import { type EnvironmentReport, environmentReportSchema } from "../facts/environment-report.ts";
import { equalSecrets } from "./install.ts";

/**
 * The header's value for one payload. WHY proven: the hook token is in the environment of the agent's commands, and whoever
 * could tell of another environment could make a hostile variable pass for none.
 */
export function proveEnvironment(
  secret: string,
  payload: string,
  report: EnvironmentReport,
): string {
  const text = Buffer.from(JSON.stringify(report)).toString("base64url");
  return `${text}.${proofOf(secret, payload, text)}`;
}

/** The report in a header; undefined when it was not made for this payload by whoever knows the secret. */
export function readEnvironment(
  secret: string,
  payload: Uint8Array,
  header: string,
): EnvironmentReport | undefined {
  const [text = "", proof = "", ...more] = header.split(".");
  if (more.length > 0 || !equalSecrets(proof, proofOf(secret, payload, text))) return undefined;
  const schema = v.pipe(v.string(), v.parseJson(), environmentReportSchema);
  const read = v.safeParse(schema, Buffer.from(text, "base64url").toString("utf8"));
  return read.success ? read.output : undefined;
}

function proofOf(secret: string, payload: string | Uint8Array, text: string): string {
  const digest = createHash("sha256").update(payload).digest("hex");
  return createHmac("sha256", secret)
    .update(`sallyport/environment/v1\0${digest}\0${text}`)
    .digest("hex");
}
