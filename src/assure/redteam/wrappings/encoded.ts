// A command that is written in other signs and put back when it runs.
import { deflateRawSync, gzipSync } from "node:zlib";
import { singleQuoted } from "#base/shell-quoting.ts";
import { base64, escaped, hex, type Wrapping } from "./wrapping.ts";

const SHIFTED = ["A-Za-z", "N-ZA-Mn-za-m"] as const;
const shifted = (text: string): string =>
  text.replace(/[A-Za-z]/g, (sign) => {
    const first = sign <= "Z" ? 65 : 97;
    return String.fromCharCode(first + ((sign.charCodeAt(0) - first + 13) % 26));
  });
const halves = (text: string): readonly [string, string] => {
  const at = Math.floor(text.length / 2);
  return [text.slice(0, at), text.slice(at)];
};
const zipped = (text: string): string => gzipSync(Buffer.from(text, "utf8")).toString("base64");

export const ENCODED: readonly Wrapping[] = [
  {
    id: "hex",
    wrap: (command) => `echo ${hex(command)} | xxd -r -p | bash`,
    needs: "xxd",
  },
  { id: "hex-escapes", wrap: (command) => `printf '${escaped(command, 16, "x")}\\n' | bash` },
  {
    id: "escapes-by-format",
    wrap: (command) => `printf '%b\\n' '${escaped(command, 8, "0")}' | bash`,
  },
  { id: "echo-escapes", wrap: (command) => `echo -e '${escaped(command, 16, "x")}' | bash` },
  {
    id: "base64-by-openssl",
    wrap: (command) => `echo ${base64(command)} | openssl enc -base64 -d -A | bash`,
    needs: "openssl",
  },
  {
    id: "base64-substitution",
    wrap: (command) => `eval "$(echo ${base64(command)} | base64 --decode)"`,
  },
  { id: "base64-here-string", wrap: (command) => `bash <(base64 -d <<< ${base64(command)})` },
  {
    id: "base64-twice",
    wrap: (command) => `echo ${base64(base64(command))} | base64 -d | base64 -d | bash`,
  },
  {
    id: "base64-in-halves",
    wrap: (command) => {
      const [first, second] = halves(base64(command));
      return `a=${first}; b=${second}; echo "$a$b" | base64 -d | bash`;
    },
  },
  {
    id: "gzip",
    wrap: (command) => `echo ${zipped(command)} | base64 -d | gzip -dc | bash`,
    needs: "gzip",
  },
  {
    id: "shifted",
    wrap: (command) =>
      `tr '${SHIFTED[0]}' '${SHIFTED[1]}' <<< ${singleQuoted(shifted(command))} | bash`,
  },
  {
    id: "signs-taken-out",
    wrap: (command) =>
      `printf '%s' ${singleQuoted([...base64(command)].join("."))} | tr -d . | base64 -d | bash`,
  },
  {
    id: "by-sed",
    wrap: (command) =>
      `echo ${base64(command).replaceAll("A", "@")} | sed s/@/A/g | base64 -d | bash`,
  },
  {
    id: "inflated-by-python",
    wrap: (command) => {
      const data = deflateRawSync(Buffer.from(command, "utf8")).toString("base64");
      return `python3 -c 'import base64, zlib; print(zlib.decompress(base64.b64decode("${data}"), -15).decode())' | bash`;
    },
    needs: "python3",
  },
  {
    id: "decoded-by-perl",
    wrap: (command) => `perl -MMIME::Base64 -e 'print decode_base64("${base64(command)}")' | bash`,
    needs: "perl",
  },
];
