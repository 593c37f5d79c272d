// grpcurl, websocat, ab, hey and wrk: calls and load for a server that the words name.
import { EMPTY, hole, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";

export const grpcurl: CommandModel = command({
  names: ["grpcurl", "ab", "hey", "wrk"],
  options: {
    about: flags("V", "--help -help -version --version"),
    data: taking("d", "--data"),
    files: taking("EpDux", "-cert -key -cacert -proto -import-path -protoset -T-file"),
    written: taking("eg", "-protoset-out -o-file"),
    script: taking("--script -s"),
    header: taking(
      "HACTmzqcntoaXbP",
      "-rpc-header -reflect-header -authority -max-time -connect-timeout -format -servername -cpus -host --duration --threads --connections --timeout --header --connect --subprotocol --execute --wait --latency-units",
    ),
    style: flags(
      "klrSvhiI",
      "-plaintext -insecure -vv -emit-defaults -allow-unknown-fields -expand-headers -use-reflection -unix -msg-template -disable-compression -disable-keepalive -disable-redirects -h2 --latency --no-check --no-color -more",
    ),
  },
  effects: ({ name, args, operands, has, values: valuesOf, stdin }, context) => {
    if (has("about")) return [];
    // Load programs give their letters to other things than the one that takes descriptions.
    const isLoad = name === "ab" || name === "hey" || name === "wrk" || name === "wscat";
    const filesGiven = valuesOf("files").filter(
      (path) =>
        name !== "wrk" && (!isLoad || context.isFile(path) || /[./~]/.test(textOf(path) ?? "?")),
    );
    const urlsInFiles =
      isLoad && name === "hey"
        ? valuesOf("files").filter((word) => /:\/\//.test(textOf(word) ?? ""))
        : [];
    const found: Consequence[] = [
      ...filesGiven
        .filter((path) => !/:\/\//.test(textOf(path) ?? ""))
        .map((path) => reads(path, "tree")),
      ...valuesOf("written").map((path) => writes(path, "create")),
    ];
    if (has("script") && name === "wrk")
      found.push({
        kind: "effect",
        effect: { kind: "execute", program: "wrk", origin: "project", reach: "unbounded" },
      });
    const texts: Text[] = [...args, ...(stdin ?? EMPTY)];
    const carries = [{ kind: "argument" } as const, ...sourcesOf(texts)];
    const reached = [
      ...(isLoad ? operands : operands.slice(0, 1)),
      ...urlsInFiles,
      ...(name === "wscat"
        ? valuesOf("header").filter((word) => /:\/\//.test(textOf(word) ?? "://"))
        : []),
    ];
    const hosts =
      name === "grpcurl" && !/[.:]|^localhost/.test(textOf(reached[0] ?? []) ?? ".") ? [] : reached;
    for (const url of hosts) found.push({ kind: "contacts", url, scheme: "http", carries });
    return [
      ...found,
      prints([
        [
          hole("unmodelled", {
            sources: [
              {
                kind: "network",
                destination: { host: undefined, port: undefined, scheme: "http" },
              },
            ],
          }),
        ],
      ]),
    ];
  },
});

/** As the others, and `-w`: seconds that it waits for answers, where `ab` takes no value. */
export const wscat: CommandModel = {
  ...grpcurl,
  names: ["wscat"],
  options: { ...grpcurl.options, waits: taking("w") },
};
