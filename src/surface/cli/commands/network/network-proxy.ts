// `sallyport network proxy`: the egress proxy in this terminal.
import { TRUSTING_ALL } from "#base/contained-caches.ts";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printableJson } from "#base/printable.ts";
import { proxyEnvironment, type RuntimeProxy } from "#govern/network/proxy-environment.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { dataDirectory } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption, policyOption } from "../../../foundation/terminal/options.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import type { InspectionWish } from "../../../services/egress/inspection.ts";
import { runEgressProxy } from "../../../services/egress/run-proxy.ts";
import { environmentText } from "./environment-text.ts";

const PORT = 40_128;

/** Words of an option, with commas between them. */
export function listed(text: string | undefined): readonly string[] {
  return (text ?? "").split(/[\s,]+/).filter((word) => word !== "");
}

export const egressOptions = {
  allow: {
    type: "string",
    valueHint: "LIST",
    description:
      "classes, hosts, `*.host`, networks, with commas; then `:port+port` and `=read` or `=raw` as needed",
  },
  deny: {
    type: "string",
    valueHint: "LIST",
    description: "the same, to refuse; it counts before what is allowed",
  },
  proxy: {
    type: "string",
    valueHint: "URL",
    description:
      "the company's plain proxy behind this one (default: HTTPS_PROXY and HTTP_PROXY, but for NO_PROXY); `none` goes directly",
  },
  "proxy-login": {
    type: "string",
    valueHint: "REFERENCE",
    description:
      "where its `user:password` is kept: `file:/PATH` (yours alone), or a secret such as `keychain:proxy/me`",
  },
  inspect: {
    type: "string",
    valueHint: "LIST",
    description:
      "hosts and classes whose TLS is ended here, so that methods and paths count; nobody's unless named",
  },
  "inspect-except": {
    type: "string",
    valueHint: "LIST",
    description: "of these, hosts that are not: pinned ones, and those that want a certificate",
  },
  "inspect-ca": {
    type: "string",
    valueHint: "FILE",
    description: "the certificate of the organisation's authority, PEM",
  },
  "inspect-key": {
    type: "string",
    valueHint: "FILE",
    description: "its key, PEM, yours alone",
  },
} as const;

/** `sallyport network proxy`. */
export const proxyCommand = defineCommand({
  meta: {
    name: "proxy",
    description: `run the egress proxy in this terminal until interrupted: CONNECT, plain HTTP and SOCKS5 on one port of this machine

  sallyport network proxy --allow model,authentication,registry
  sallyport network proxy --allow model,git.corp.example:443,10.20.0.0/16:443    a host inside: its network is named too
  sallyport network proxy --allow model,github.com:22=raw --deny telemetry       ssh, of which nothing is looked at

What the policy's rules say of hosts counts as well. Everything else is refused, with the reason in the answer. What passes and
what does not is in the log as \`egress\` events.`,
  },
  args: {
    ...egressOptions,
    port: {
      type: "string",
      valueHint: "N",
      description: `where it listens (default: ${PORT}; 0: a free one)`,
    },
    project: {
      type: "string",
      valueHint: "DIR",
      description: "whose policy counts (default: here)",
    },
    "require-session": {
      type: "boolean",
      description:
        "refuse who gives no session's credentials (`sallyport network env --session ID`)",
    },
    ...policyOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const terminal = openTerminal();
    const counts = await runEgressProxy(
      {
        project: namedDirectory(args.project ?? process.cwd()),
        policy: args.policy,
        data: args.data ?? dataDirectory(),
        allow: listed(args.allow),
        deny: listed(args.deny),
        port: portOf(args.port),
        inspect: inspectionWish(args),
        company: { proxy: args.proxy, login: args["proxy-login"] },
        isSessionRequired: args["require-session"] === true,
      },
      {
        say: (line) => terminal.warn(`sallyport network proxy: ${line}`),
        started(port, from, trustFile) {
          const proxy = `http://127.0.0.1:${port}`;
          const environment = withTrust(proxyEnvironment(new URL(proxy), []), trustFile);
          if (args.json === true)
            return terminal.print(printableJson({ proxy, policy: from, environment }));
          terminal.print(`listens on 127.0.0.1:${port}; the policy is ${from}`);
          return terminal.print(environmentText(environment));
        },
      },
    );
    terminal.print(
      args.json === true
        ? printableJson({ outcome: "ended", ...counts })
        : `ended: ${counts.passed} passed, ${counts.refused} refused`,
    );
  },
});

function withTrust(
  environment: readonly RuntimeProxy[],
  file: string | undefined,
): readonly RuntimeProxy[] {
  if (file === undefined) return environment;
  const variables = Object.fromEntries(TRUSTING_ALL.map((name) => [name, file]));
  const notes = ["the organisation's authority; java reads a key store of its own (`keytool`)"];
  return [...environment, { runtime: "trust", variables, files: [], notes }];
}

/** What a person said of inspection; undefined where nothing. Throws a Failure where a part is missing. */
export function inspectionWish(
  args: Readonly<
    Partial<Record<"inspect" | "inspect-except" | "inspect-ca" | "inspect-key", string | undefined>>
  >,
): InspectionWish | undefined {
  const { inspect, "inspect-ca": ca, "inspect-key": key, "inspect-except": except } = args;
  if (inspect === undefined && ca === undefined && key === undefined && except === undefined)
    return undefined;
  const hosts = listed(inspect);
  if (hosts.length === 0 || ca === undefined || key === undefined)
    throw new Failure("usage", "inspection needs `--inspect`, `--inspect-ca` and `--inspect-key`");
  const [certificateFile, keyFile] = [resolve(ca), resolve(key)];
  return { hosts, except: listed(except), certificateFile, keyFile };
}

/** A port that a person named. */
export function portOf(text: string | undefined, usual = PORT): number {
  const number = text === undefined ? usual : /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (number < 0 || number > 65_535)
    throw new Failure("usage", "`--port` is a number from 0 to 65535");
  return number;
}
