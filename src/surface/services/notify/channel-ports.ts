// The ports of one channel: HTTP within bounds to where it may lead, secrets that are kept for a while.
import { readPem } from "../export/pem-file.ts";
import { createHttpSender, type HttpSender } from "../export/send-http.ts";
import { keptSecrets } from "../export/target-ports.ts";
import type { Channel, ChannelPorts } from "./channels/channel.ts";
import { guardedLookup, mayName, PRIVATE_ADDRESS } from "./channels/reached-address.ts";

/** One whole exchange; a pager or a chat answers within a second. */
const EXCHANGE_MS_MAX = 15_000;
const ANSWER_BYTES_MAX = 64 * 1024;

export type ChannelConnection = {
  readonly ports: ChannelPorts;
  /** Secrets are fetched anew from now on. */
  readonly forget: () => void;
  readonly close: () => void;
};

/** Opens them; nothing is read or connected before the first request, which rejects where the file of authorities cannot be read. */
export function connectChannel(
  { ca, isInternal }: Pick<Channel, "ca" | "isInternal">,
  machine: Pick<ChannelPorts, "secret" | "nowMs"> & { readonly exchangeMs?: number },
): ChannelConnection {
  const { nowMs, exchangeMs = EXCHANGE_MS_MAX } = machine;
  let sender: HttpSender | undefined;
  const { secret, forget } = keptSecrets(machine.secret, nowMs);
  const http: ChannelPorts["http"] = async (request) => {
    // WHY here too: what is written as an address is never looked up.
    if (!mayName(new URL(request.url).hostname, isInternal))
      return { kind: "none", reason: PRIVATE_ADDRESS };
    sender ??= createHttpSender({
      ca: readPem(ca),
      timeoutMs: exchangeMs,
      nowMs,
      answerBytesMax: ANSWER_BYTES_MAX,
      lookup: guardedLookup(isInternal),
    });
    return sender.send(request);
  };
  return { ports: { http, secret, nowMs }, forget, close: () => sender?.close() };
}
