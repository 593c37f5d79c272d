// s3: one object of JSON lines for each batch in a bucket of any S3-compatible store, named so that sending again replaces it.
import { createHash } from "node:crypto";
import { printableJson } from "#base/printable.ts";
import { documentOf, type DocumentForm } from "#record/delivery/documents.ts";
import { judgeStatus } from "#record/delivery/judge-answer.ts";
import { packed, TOO_LARGE } from "#record/delivery/post-batch.ts";
import { mapInSlices } from "#record/delivery/slices.ts";
import type { BatchLimits, Target } from "#record/delivery/target.ts";
import { encoded, signRequest } from "../archive/s3-signature.ts";

export type S3Settings = {
  /** Address of the bucket, with its name in host or path. */
  readonly url: string;
  readonly prefix: string;
  readonly region: string;
  /** References to the access key id and its secret. */
  readonly keyId: string;
  readonly secretKey: string;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
};

/** `<prefix>/<first>-<last>.jsonl.gz`, with indices of twelve digits: the names sort as the log runs. */
export function s3Target(settings: S3Settings): Target {
  const { url, prefix, region, keyId, secretKey, form, limits } = settings;
  return {
    destination: `s3 ${url}${prefix === "" ? "" : `/${prefix}`}`,
    limits,
    async send(batch, ports) {
      const documents = await mapInSlices(
        batch,
        (entry) => `${printableJson(documentOf(form, entry))}\n`,
      );
      const lines = documents.join("");
      if (Buffer.byteLength(lines) > limits.bytes) return TOO_LARGE;
      const body = await packed(lines);
      const [first, last] = [batch[0]?.index ?? 0, batch.at(-1)?.index ?? 0].map((index) =>
        String(index).padStart(12, "0"),
      );
      const name = `${prefix === "" ? "" : `${prefix}/`}${first}-${last}.jsonl.gz`;
      const key = name.split("/").map(encoded).join("/");
      const bodyDigest = createHash("sha256").update(body).digest("hex");
      const address = new URL(`${url}/${key}`);
      const headers = signRequest(
        {
          method: "PUT",
          url: address,
          bodyDigest,
          headers: { "content-type": "application/gzip" },
        },
        {
          credentials: { id: await ports.secret(keyId), secret: await ports.secret(secretKey) },
          region,
          timeMs: ports.nowMs(),
        },
      );
      return judgeStatus(await ports.http({ method: "PUT", url: address.href, headers, body }));
    },
  };
}
