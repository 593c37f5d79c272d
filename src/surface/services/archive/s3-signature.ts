// AWS Signature Version 4 for requests to object stores: the canonical request, its digest, the header that signs it.
import { createHash, createHmac } from "node:crypto";

/** Who signs. `token` is that of temporary credentials. */
export type S3Credentials = {
  readonly id: string;
  readonly secret: string;
  readonly token?: string | undefined;
};

export type SignedRequest = {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  /** Path and query are encoded already, each character outside of `A-Za-z0-9-._~/` as `%XX`. */
  readonly url: URL;
  /** Headers beside `host` and the `x-amz-` ones that signing adds; names in lower case. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex SHA-256 of the body. */
  readonly bodyDigest: string;
};

/**
 * All headers of the signed request but `host`, which the sender adds. Source: AWS, "Signature Calculations for the
 * Authorization Header: Transferring Payload in a Single Chunk".
 */
export function signRequest(
  { method, url, headers, bodyDigest }: SignedRequest,
  by: {
    readonly credentials: S3Credentials;
    readonly region: string;
    /** Unix milliseconds; stores refuse what is more than 15 minutes off. */
    readonly timeMs: number;
  },
): Readonly<Record<string, string>> {
  const { credentials, region } = by;
  const time = new Date(by.timeMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const sent: Record<string, string> = {
    ...headers,
    "x-amz-content-sha256": bodyDigest,
    "x-amz-date": time,
    ...(credentials.token === undefined ? {} : { "x-amz-security-token": credentials.token }),
  };
  const signed = Object.entries({ ...sent, host: url.host }).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url),
    ...signed.map(([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, " ")}`),
    "",
    names,
    bodyDigest,
  ].join("\n");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const key = [time.slice(0, 8), region, "s3", "aws4_request"].reduce<string | Buffer>(
    (from, part) => createHmac("sha256", from).update(part).digest(),
    `AWS4${credentials.secret}`,
  );
  const signature = createHmac("sha256", key)
    .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${digest}`)
    .digest("hex");
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.id}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** Parameters by name and value, each encoded. */
function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .toSorted(([one, left], [other, right]) =>
      one === other ? (left < right ? -1 : 1) : one < other ? -1 : 1,
    )
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Every byte outside of `A-Za-z0-9-._~` as `%XX`: stricter than `encodeURIComponent`. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
