// Checks of what MCP servers are given and whom they talk to: secrets, addresses, certificates.
import { hostOf, isPlainRemote, isThrowAwayHost } from "../../inputs/addresses.ts";
import { type Fault, type Look, type Looks, notApplicable } from "../../check.ts";
import { shownText, textsIn } from "../../looking.ts";
import {
  holdsSecret,
  isLiteralSecret,
  isPlaceholder,
  isSecretAddress,
} from "../../inputs/secret-texts.ts";
import type { ServerInput } from "../../inputs/audit-inputs.ts";
import { lineOfServer, ofServers, pairsOf, serverFault } from "./looking.ts";
import { memberOf, placeIn } from "#govern/settings/json-text.ts";

/** Options by which programs stop checking certificates: to be insecure, to skip a check, or a check that is set to false. */
const UNCHECKED_OPTION =
  /(?:^|\s)(?:-k|--?(?:allow-|use-)?insecure(?:-[\w-]+)?(?:=true|=1)?|--?(?:no|skip|disable|ignore|without)-(?:[\w-]*(?:ssl|tls|cert|https)[\w-]*|verify|verification|validation)(?:=true|=1)?|--?[\w-]*(?:ssl|tls|cert)[\w-]*(?:skip|ignore|insecure|no)-?(?:verify|verification|check)?(?:=true|=1)?|--?(?:[\w-]*(?:verify|check|validate|strict)[\w-]*|reject-unauthorized|[\w-]*(?:ssl|tls|cert)-?(?:mode|verification)?)[= ](?:false|0|no|off|none|disable))(?=\s|$)/i;

/** Functions about what a server is given. */
export const givenLooks: Looks = {
  "literal-secret": ofServers((server) => {
    const { node, file } = server;
    const pairs = [...pairsOf(memberOf(node, "env")), ...pairsOf(memberOf(node, "headers"))];
    const faults = pairs
      .filter(({ name, value }) => isLiteralSecret(name, value))
      .map(({ name, start }) => ({
        file: file.shown,
        ...placeIn(file.text ?? "", start),
        evidence: shownText(name),
        message: `the value of \`${shownText(name)}\` stands here for everybody who reads the file`,
        fix: `make it invalid, and write \`\${${name.replaceAll(/\W/g, "_").toUpperCase()}}\` instead`,
      }));
    const inArguments = server.args.some((word, index) =>
      isSecretArgument(word, server.args[index - 1]),
    );
    return inArguments
      ? [...faults, serverFault(server, "an argument holds a secret", "give it by a variable")]
      : faults;
  }),
  "secret-in-url": whereAddressed((server) => {
    const addresses = addressesOf(server);
    if (!addresses.some(isSecretAddress)) return [];
    return [
      serverFault(
        server,
        "the address carries a token or a password, and addresses are logged",
        'make it invalid, and send it in a header: `"Authorization": "Bearer ${TOKEN}"`',
      ),
    ];
  }),
  "plain-http": ofServers((server) => {
    const addresses = [...textsIn(memberOf(server.node, "url")), ...server.args];
    if (!addresses.some(isPlainRemote)) return [];
    return [serverFault(server, "the server is spoken to unencrypted", "write `https://`")];
  }),
  "tls-off": ofServers((server) => {
    const pairs = pairsOf(memberOf(server.node, "env"));
    const off = pairs.some(
      ({ name, value }) =>
        (/^(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)$/i.test(name) &&
          /^(?:0|false)$/i.test(value)) ||
        (/(?:SSL|TLS|CERT)\w*(?:VERIFY|VERIFICATION|VALIDATION|CHECK|STRICT)|VERIFY_?(?:SSL|TLS|CERT)|REJECT_UNAUTHORIZED|STRICT_SSL/i.test(
          name,
        ) &&
          !/NO_|SKIP|DISABLE/i.test(name) &&
          /^(?:0|false|no|off|none)$/i.test(value)) ||
        (/(?:NO_|SKIP_|DISABLE_|INSECURE)\w*(?:SSL|TLS|CERT|VERIFY)?/i.test(name) &&
          /SSL|TLS|CERT|INSECURE/i.test(name) &&
          /^(?:1|true|yes|on)$/i.test(value)),
    );
    const line = lineOfServer(server);
    const flags =
      UNCHECKED_OPTION.test(line) ||
      // Of an address that is unencrypted already another check tells.
      (/(?:^|\s)--?allow-http(?=\s|$)/.test(line) && !server.args.some(isPlainRemote)) ||
      /NODE_TLS_REJECT_UNAUTHORIZED=["']?0/.test(line);
    if (!off && !flags) return [];
    return [
      serverFault(
        server,
        "certificates are not checked, so anybody on the way can answer",
        "take the switch out, and name the organization's certificate by `NODE_EXTRA_CA_CERTS`",
      ),
    ];
  }),
  "untrusted-host": ofServers((server) => {
    const addresses = [...(server.url === undefined ? [] : [server.url]), ...server.args];
    const host = addresses.map(hostOf).find((one) => one !== undefined && isThrowAwayHost(one));
    if (host === undefined) return [];
    return [
      serverFault(
        server,
        `nobody vouches for \`${shownText(host)}\`: a tunnel, a throw-away host or a bare number`,
        "take the server out, or name the host of whoever runs it",
      ),
    ];
  }),
};

function isSecretArgument(word: string, before: string | undefined): boolean {
  // The address of a database says by its password alone whether it is a real one.
  if (/^(?!https?:|wss?:)[a-z][\w+.-]*:\/\//i.test(word)) return isSecretAddress(word);
  if (isPlaceholder(word)) return false;
  const [, name, value] = /^(?:-{1,2}|-e\s*)?([\w.-]+)=(.+)$/.exec(word) ?? [];
  if (name !== undefined && value !== undefined)
    return isLiteralSecret(name.replaceAll("-", "_"), value);
  const header = /^([\w-]+):\s*(.+)$/.exec(word);
  if (header?.[1] !== undefined && header[2] !== undefined && !word.includes("://"))
    return isLiteralSecret(header[1], header[2]);
  const option = /^--?([\w-]+)$/.exec(before ?? "")?.[1];
  if (
    option !== undefined &&
    !word.startsWith("-") &&
    isLiteralSecret(option.replaceAll("-", "_"), word)
  )
    return true;
  return holdsSecret(word) && !isSecretAddress(word);
}

/** Where a server is reached, and what of its command line may be an address. */
function addressesOf({ node, args }: ServerInput): readonly string[] {
  return [...textsIn(memberOf(node, "url")), ...args];
}

/** WHY: a server without an address is no reason to say of its file that none holds a secret. */
function whereAddressed(find: (server: ServerInput) => readonly Fault[]): Look {
  const look = ofServers(find);
  return (auditInputs) =>
    auditInputs.servers.some((server) => addressesOf(server).length > 0)
      ? look(auditInputs)
      : notApplicable("no MCP server has an address here");
}
