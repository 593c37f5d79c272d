// authorization-header: credentials in HTTP headers, of the schemes Basic (RFC 7617) and Bearer (RFC 6750) and of headers with a key.
import type { Detector, Hit } from "../detection/detector.ts";
import { base64Bytes } from "../detection/encoded.ts";
import type { Tier } from "../detection/finding.ts";
import { isPlaceholder } from "../detection/placeholder.ts";
import { valueQuality } from "../detection/value-quality.ts";

const SCHEME =
  /(?<![\w-])(?<scheme>basic|bearer|token|apikey)[ :]{1,3}["']?(?<value>[A-Za-z0-9+/_.~-]{8,4000}={0,2})/gi;
const KEY_HEADER =
  /(?<![\w-])x-(?:api-key|auth-token|access-token|vault-token|gitlab-token|amz-security-token|functions-key)["']?\s{0,3}[:=,]\s{0,3}["']?(?<value>[A-Za-z0-9+/_.=~-]{8,4000})/gi;
const HEADER_BEFORE = /authorization|\bauth\b|header|curl|-H\b/i;

export const authorizationHeader: Detector = {
  id: "authorization-header",
  title: "credentials in a header of HTTP",
  family: "secret",
  tier: "high",
  rank: 20,
  keywords: ["basic ", "bearer ", "authorization", "x-api-key", "-token"],
  before: 64,
  after: 1_200,
  *find(window) {
    const hits: Hit[] = [];
    for (const match of window.matchAll(SCHEME)) {
      const { scheme = "", value = "" } = match.groups ?? {};
      const before = window.slice(Math.max(0, match.index - 48), match.index);
      const tier = schemeTier(scheme.toLowerCase(), value, HEADER_BEFORE.test(before));
      const start = match.index + match[0].length - value.length;
      if (tier !== undefined) hits.push({ start, end: start + value.length, tier });
    }
    for (const match of window.matchAll(KEY_HEADER)) {
      const value = match.groups?.["value"] ?? "";
      const start = match.index + match[0].length - value.length;
      const tier = tokenTier(value);
      if (tier !== undefined) hits.push({ start, end: start + value.length, tier });
    }
    yield* hits.sort((one, other) => one.start - other.start);
  },
};

function schemeTier(scheme: string, value: string, isHeader: boolean): Tier | undefined {
  if (scheme === "basic") return basicTier(value);
  const tier = tokenTier(value);
  if (tier === undefined) return undefined;
  if (scheme === "bearer") return tier;
  return isHeader ? tier : undefined;
}

/** `user:password` in base64, and nothing else. */
function basicTier(value: string): Tier | undefined {
  const text = base64Bytes(value.replace(/=+$/, ""));
  const [, user, password] = /^([ -9;-~]{1,128}):([ -~]{1,256})$/.exec(text) ?? [];
  if (user === undefined || password === undefined) return undefined;
  if (isPlaceholder(value) || isPlaceholder(password)) return undefined;
  // The example of RFC 7617, and those of everybody who tries.
  if (/^(?:aladdin|user(?:name)?|test|foo)$/i.test(user)) return "low";
  return /^(?:pass(?:word)?|secret|test|guest|admin|bar)$/i.test(password) ? "low" : "high";
}

function tokenTier(value: string): Tier | undefined {
  // What a server asks for: `Bearer authorization_uri="…"`.
  if (/^[a-z_]+=+$/.test(value)) return undefined;
  const quality = valueQuality(value);
  if (quality === "random") return value.length >= 20 ? "high" : "medium";
  return quality === "mixed" && value.length >= 12 ? "medium" : undefined;
}
