// One POST of JSON to a channel, and what its answer says about the message.
import { isSafeAddress } from "../../secrets/bounded-request.ts";
import type { HttpAnswer } from "#record/delivery/target.ts";
import type { ChannelPorts, SendOutcome } from "./channel.ts";
import { PRIVATE_ADDRESS, PRIVATE_ADDRESS_WORDS } from "./reached-address.ts";

/** Posts a text of JSON. Headers and address may hold a secret: neither stands in a reason. */
export async function postJson(
  ports: ChannelPorts,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<SendOutcome> {
  const answer = await ports.http({
    method: "POST",
    url,
    headers: { "content-type": "application/json", "user-agent": "sallyport", ...headers },
    body,
  });
  return outcomeOf(answer);
}

/** An address that is itself a secret. A `closed` outcome where the value is none. */
export async function secretAddress(
  ports: ChannelPorts,
  reference: string,
): Promise<{ readonly url: string } | { readonly fault: SendOutcome }> {
  const value = (await ports.secret(reference)).trim();
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isGood = url !== undefined && isSafeAddress(url) && url.username === "";
  if (isGood) return { url: url.href };
  const reason = "the secret that names its address holds no `https://` address";
  return { fault: { kind: "closed", reason } };
}

/** 2xx is taken; a redirect is never followed; 401, 403, 404, 407 and 410 need a person; 408, 425, 429 and 5xx pass. */
export function outcomeOf(answer: HttpAnswer): SendOutcome {
  if (answer.kind === "none") {
    if (answer.reason.includes(PRIVATE_ADDRESS))
      return { kind: "closed", reason: PRIVATE_ADDRESS_WORDS };
    return { kind: "again", reason: answer.reason };
  }
  const { status, retryAfterMs } = answer;
  const reason = `answers ${status}`;
  if (status >= 200 && status < 300) return { kind: "delivered", says: reason };
  if (status >= 300 && status < 400)
    return { kind: "closed", reason: `${reason}: it sends us elsewhere, which is not followed` };
  if ([401, 403, 404, 407, 410].includes(status)) return { kind: "closed", reason };
  if ([408, 425, 429].includes(status) || status >= 500 || status < 200)
    return { kind: "again", reason, afterMs: retryAfterMs };
  return { kind: "refused", reason };
}
