// Email over SMTP, through the library `nodemailer`: bounded in time, over TLS unless the server is this machine.
import { createHash } from "node:crypto";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { SMTPTransportOptions } from "nodemailer";
import { noticeText, plainText } from "#detect/notice/notice-text.ts";
import type { Channel, ChannelPorts, Message, SendOutcome } from "./channel.ts";
import { mayReach, PRIVATE_ADDRESS_WORDS } from "./reached-address.ts";

/** One step of the conversation, and all of it. */
const STEP_MS_MAX = 15_000;
const WHOLE_MS_MAX = 45_000;

export type EmailSettings = {
  readonly host: string;
  readonly port: number;
  /** `starttls`: refused without it; `direct`: TLS from the first byte; `none`: for a server on this machine. */
  readonly tls: "starttls" | "direct" | "none";
  readonly user: string | undefined;
  /** A reference. */
  readonly password: string | undefined;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly isInternal: boolean;
  /** The text of the authorities that the server's certificate is trusted by. */
  readonly ca: () => string | undefined;
  readonly link: string | undefined;
  /** Milliseconds for all of it; 45 s by default. */
  readonly wholeMs?: number;
};

/** How a message is sent. One that some recipients refused counts as taken: the others have it. */
export function emailSender(settings: EmailSettings): Channel["send"] {
  return async (message, ports) => {
    const address = await addressOf(settings);
    if (typeof address !== "string") return address;
    const options = await transportOptions(settings, ports, address);
    return sendMail(message, settings, options);
  };
}

async function sendMail(
  message: Message,
  settings: EmailSettings,
  options: SMTPTransportOptions,
): Promise<SendOutcome> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport(options);
  const wholeMs = settings.wholeMs ?? WHOLE_MS_MAX;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(
      () => resolve({ kind: "again", reason: `did not take it within ${wholeMs / 1_000} s` }),
      wholeMs,
    );
  });
  const sent = transport.sendMail(mailOf(message, settings)).then(
    ({ accepted, rejected }): SendOutcome => ({
      kind: "delivered",
      says: `the server took it for ${accepted.length} of ${accepted.length + rejected.length}`,
    }),
    (cause: unknown) => mailFault(cause),
  );
  try {
    return await Promise.race([sent, late]);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

/** WHY looked up here: the address that was judged is the one that is connected to. */
async function addressOf({ host, isInternal }: EmailSettings): Promise<string | SendOutcome> {
  try {
    const found = await lookup(host, { all: true });
    if (found.some(({ address }) => !mayReach(host, address, isInternal)))
      return { kind: "closed", reason: PRIVATE_ADDRESS_WORDS };
    const [first] = found;
    return first?.address ?? { kind: "again", reason: "has no address" };
  } catch {
    return { kind: "again", reason: "its name cannot be resolved" };
  }
}

async function transportOptions(
  { host, port, tls, user, password, ca }: EmailSettings,
  ports: ChannelPorts,
  address: string,
): Promise<SMTPTransportOptions> {
  const authority = ca();
  const pass = password === undefined ? undefined : await ports.secret(password);
  return {
    host: address,
    port,
    secure: tls === "direct",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } }),
    tls: {
      ...(isIP(host) === 0 ? { servername: host } : {}),
      minVersion: "TLSv1.2",
      rejectUnauthorized: true,
      ...(authority === undefined ? {} : { ca: authority }),
    },
    connectionTimeout: STEP_MS_MAX,
    greetingTimeout: STEP_MS_MAX,
    socketTimeout: STEP_MS_MAX,
    dnsTimeout: STEP_MS_MAX,
    maxResponseSize: 64 * 1024,
    // A notice holds texts alone: nothing of it is ever read from a file or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
    debug: false,
  };
}

function mailOf({ id, notice }: Message, { from, recipients, link }: EmailSettings) {
  const text = noticeText(notice, link);
  return {
    from,
    to: [...recipients],
    subject: text.headline,
    text: plainText(text),
    // The same over all tries: who gets it twice sees it once.
    messageId: `<${digestOf(id)}@sallyport.invalid>`,
    references: `<${digestOf(notice.matter)}@sallyport.invalid>`,
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
  };
}

/** What follows from an error: by the server's own code where it gave one. Its text is never repeated. */
function mailFault(cause: unknown): SendOutcome {
  const code = partOf(cause, "code");
  const found = partOf(cause, "originalCode") ?? code;
  const status = Number(partOf(cause, "responseCode"));
  const reason = Number.isInteger(status) && status > 0 ? `answers ${status}` : wordOf(found);
  if (status >= 400 && status < 500) return { kind: "again", reason };
  if (code === "EAUTH" || status === 530 || status === 534 || status === 535)
    return { kind: "closed", reason: `does not let us in (${reason})` };
  if (code === "ETLS") return { kind: "closed", reason: "offers no TLS (STARTTLS)" };
  if (isCertificateFault(found))
    return {
      kind: "closed",
      reason: `has a certificate that is not trusted here (${String(found)})`,
    };
  return status >= 500 ? { kind: "refused", reason } : { kind: "again", reason };
}

function wordOf(code: unknown): string {
  const isWord = typeof code === "string" && /^[A-Z_]{1,60}$/.test(code);
  return `cannot be reached (${isWord ? code : "no reason given"})`;
}

function isCertificateFault(code: unknown): boolean {
  const isWord = typeof code === "string" && /^[A-Z_]{1,60}$/.test(code);
  return isWord && /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_/.test(code);
}

function partOf(cause: unknown, name: "code" | "originalCode" | "responseCode"): unknown {
  return cause instanceof Error && name in cause
    ? (cause as Error & Record<typeof name, unknown>)[name]
    : undefined;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 40);
}
