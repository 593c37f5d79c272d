// aria2c: downloads into files by addresses, lists, torrents and metalinks; options run programs when it is done.
import { EMPTY, hole, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { parseDestination } from "../network/destination.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { egress } from "../model/verbs.ts";

/** Options by what they do: aria2c(1), and `aria2c --help=#all` of 1.36. */
export const aria2c: CommandModel = command({
  names: ["aria2c"],
  options: {
    directory: taking("d", "--dir"),
    output: taking("o", "--out"),
    list: taking("i", "--input-file"),
    torrent: taking("TM", "--torrent-file --metalink-file"),
    reads: role(
      "input",
      taking(
        "--load-cookies --netrc-path --certificate --private-key --ca-certificate --server-stat-if --rpc-certificate --rpc-private-key",
      ),
    ),
    writes: role(
      "log",
      taking(
        "l",
        "--log --save-cookies --save-session --server-stat-of --dht-file-path --dht-file-path6",
      ),
    ),
    settings: taking("--conf-path"),
    hook: taking(
      "--on-download-start --on-download-pause --on-download-stop --on-download-complete --on-download-error --on-bt-download-complete",
    ),
    remote: maybeTaking("--enable-rpc"),
    proxy: taking("--http-proxy --https-proxy --ftp-proxy --all-proxy"),
    sends: taking(
      "U",
      "--header --referer --user-agent --http-user --http-passwd --ftp-user --ftp-passwd --http-proxy-user --http-proxy-passwd --https-proxy-user --https-proxy-passwd --ftp-proxy-user --ftp-proxy-passwd --all-proxy-user --all-proxy-passwd --rpc-user --rpc-passwd --rpc-secret --bt-tracker --bt-exclude-tracker --peer-id-prefix --peer-agent --dht-entry-point --dht-entry-point6 --metalink-base-uri",
    ),
    index: taking("O", "--index-out"),
    dry: maybeTaking("--dry-run"),
    shows: maybeTaking("S", "--show-files"),
    about: flags("v", "--version"),
    help: maybeTaking("h", "--help"),
    number: taking(
      "tmsjxku",
      "--timeout --connect-timeout --max-tries --auto-save-interval --split --max-connection-per-server --min-split-size --lowest-speed-limit --piece-length --max-overall-download-limit --max-download-limit --file-allocation --no-file-allocation-limit --checksum --max-concurrent-downloads --optimize-concurrent-downloads --stop --summary-interval --log-level --console-log-level --uri-selector --server-stat-timeout --max-file-not-found --event-poll --rpc-listen-port --rpc-max-request-size --interface --multiple-interface --max-resume-failure-tries --max-download-result --retry-wait --async-dns-server --stream-piece-selector --download-result --stop-with-process --disk-cache --gid --save-session-interval --dscp --rlimit-nofile --min-tls-version --socket-recv-buffer-size --max-mmap-limit --ftp-type --ssh-host-key-md --no-proxy --proxy-method --max-overall-upload-limit --max-upload-limit --listen-port --follow-torrent --select-file --seed-time --seed-ratio --dht-listen-port --dht-listen-addr6 --bt-min-crypto-level --bt-request-peer-speed-limit --bt-max-open-files --bt-max-peers --bt-external-ip --bt-tracker-interval --bt-stop-timeout --bt-prioritize-piece --bt-lpd-interface --bt-tracker-timeout --bt-tracker-connect-timeout --dht-message-timeout --metalink-version --metalink-language --metalink-os --metalink-location --follow-metalink --metalink-preferred-protocol",
    ),
    style: maybeTaking(
      "DVcnZPqRp",
      "--daemon --allow-overwrite --realtime-chunk-checksum --check-integrity --continue --no-netrc --deferred-input --force-sequential --auto-file-renaming --parameterized-uri --allow-piece-length-change --no-conf --quiet --async-dns --remote-time --rpc-listen-all --rpc-allow-origin-all --rpc-secure --rpc-save-upload-metadata --reuse-uri --disable-ipv6 --human-readable --remove-control-file --always-resume --conditional-get --enable-async-dns6 --show-console-readout --truncate-console-readout --pause --hash-check-only --enable-mmap --force-save --save-not-found --enable-color --pause-metadata --stderr --keep-unfinished-download-result --ftp-pasv --ftp-reuse-connection --enable-http-keep-alive --enable-http-pipelining --check-certificate --use-head --http-auth-challenge --http-no-cache --http-accept-gzip --content-disposition-default-utf8 --enable-peer-exchange --enable-dht --enable-dht6 --bt-require-crypto --bt-seed-unverified --bt-hash-check-seed --bt-save-metadata --bt-metadata-only --bt-enable-lpd --bt-remove-unselected-file --bt-detach-seed-only --bt-force-encryption --bt-enable-hook-after-hash-check --bt-load-saved-metadata --metalink-enable-unique-protocol",
    ),
  },
  effects: ({ operands, has, values, stdin }, context) => {
    if (has("about") || has("help")) return [];
    const found: Consequence[] = [];
    for (const name of [".aria2/aria2.conf", ".config/aria2/aria2.conf", ".netrc"]) {
      const settings = literal(`${context.home}/${name}`);
      if (context.isFile(settings)) found.push(reads(settings));
    }
    for (const path of values("settings"))
      found.push(reads(path), strange("settings of aria2c from a file may name programs to run"));
    if (has("remote"))
      found.push(
        egress(undefined, [{ kind: "unknown" }]),
        strange("aria2c takes orders from the network"),
      );
    const carries: DataSource[] = [
      { kind: "argument" },
      ...sourcesOf([...operands, ...values("sends")]),
    ];
    const lists = values("list");
    for (const list of lists)
      if (textOf(list) === "-") carries.push(...sourcesOf(stdin ?? EMPTY));
      else {
        found.push(reads(list));
        carries.push(...sourcesOf(context.contentOf(list)));
      }
    for (const proxy of values("proxy"))
      if (textOf(proxy) !== "")
        found.push({ kind: "contacts", url: proxy, scheme: "http", carries });
    const files = [...values("torrent"), ...operands.filter((word) => context.isFile(word))];
    found.push(...files.map((path) => reads(path)));
    const urls = operands.filter((word) => !context.isFile(word));
    for (const url of urls) found.push({ kind: "contacts", url, scheme: "http", carries });
    // What stands in a list, a torrent or a metalink names hosts and files of its own.
    const isOpen = lists.length > 0 || files.length > 0 || urls.some(isNamingOthers);
    if (isOpen) found.push(egress(undefined, carries));
    if (has("shows") || isOn(values("dry"), has("dry"))) return found;
    const content = urls.map(
      (url): Text => [
        hole("dynamic-code", {
          sources: [{ kind: "network", destination: parseDestination(url) }],
        }),
      ],
    );
    const [directory = literal(".")] = values("directory");
    const inside = (name: Text): Text => [...directory, ...literal("/"), ...name];
    if (isOpen || has("index")) found.push(writes(directory, "create", { reach: "tree", content }));
    // A line of a list may name a folder and a file too.
    if (lists.length > 0) found.push(writes([hole("dynamic-path")], "create", { content }));
    const named = values("output").length > 0 ? values("output") : urls.map(nameOf);
    for (const name of named)
      found.push(
        writes(inside(name), "create", { content }),
        // Where a name is taken, a number is put before its ending; beside it stands a file about the progress.
        writes(inside(besides(name)), "create", { content }),
        writes(inside([...name, ...literal(".aria2")]), "create"),
      );
    for (const program of values("hook"))
      found.push({
        kind: "run",
        argv: [
          program,
          ...["id", "count"].map((): Text => [hole("unmodelled", { splits: false })]),
          inside(named[0] ?? [hole("dynamic-path", { like: "*", splits: false })]),
        ],
      });
    return found;
  },
});

function strange(detail: string): Consequence {
  return { kind: "unknown", reason: "unknown-option", detail };
}

/** An option that takes `=true` or `=false`, or stands alone for the first. */
function isOn(values: readonly Text[], has: boolean): boolean {
  return has && values.every((word) => textOf(word) === "true");
}

function isNamingOthers(url: Text): boolean {
  return /^magnet:|\.(?:torrent|metalink|meta4)(?:[?#]|$)/i.test(textOf(url) ?? "magnet:");
}

/** The last part of the address's path; the server may give another name. */
function nameOf(url: Text): Text {
  const path = textOf(url)
    ?.replace(/^[a-z]+:\/\/[^/]*/i, "")
    .replace(/[?#].*$/, "");
  const name = path?.split("/").pop() ?? "";
  return name === "" || name.includes("%")
    ? [hole("dynamic-path", { like: "*", splits: false })]
    : literal(name);
}

function besides(name: Text): Text {
  const text = textOf(name);
  const stem = text === undefined ? name : literal(text.replace(/\.[^./]*$/, ""));
  return [...stem, hole("dynamic-path", { like: ".*", splits: false })];
}
