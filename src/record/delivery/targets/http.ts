// http: any address that takes lines or an array of JSON: collectors, ClickHouse's HTTP interface, a SIEM of one's own.
import { printableJson } from "#base/printable.ts";
import { type DocumentForm, documentOf } from "../documents.ts";
import { postBatch } from "../post-batch.ts";
import { mapInSlices } from "../slices.ts";
import { type BatchLimits, type Target } from "../target.ts";

export type HttpSettings = {
  readonly url: string;
  readonly token: string | undefined;
  /** Whether the body is one JSON array and not a document a line. */
  readonly isArray: boolean;
  readonly isPacked: boolean;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
};

/** A 2xx is taken to mean that all of it was taken. */
export function httpTarget(settings: HttpSettings): Target {
  const { url, token, isArray, isPacked, form, limits } = settings;
  return {
    // A query may hold what is nobody's business; the path says where it went.
    destination: `http ${url.split("?")[0] ?? ""}`,
    limits,
    async send(batch, ports) {
      const documents = await mapInSlices(batch, (entry) => printableJson(documentOf(form, entry)));
      const { outcome } = await postBatch(ports, {
        url,
        headers: {
          "content-type": isArray ? "application/json" : "application/x-ndjson",
          ...(token === undefined ? {} : { authorization: `Bearer ${await ports.secret(token)}` }),
        },
        body: isArray ? `[${documents.join(",")}]` : documents.map((one) => `${one}\n`).join(""),
        bytesMax: limits.bytes,
        isPacked,
      });
      return outcome;
    },
  };
}
