// A command that a program of another language starts: one-liners, here-documents, and code that is put together when it runs.
import { singleQuoted } from "#base/shell-quoting.ts";
import { base64, hereDocument, hex, type Wrapping } from "./wrapping.ts";

const json = (text: string): string => JSON.stringify(text);
/** A text of Ruby, PHP and Perl in which nothing is filled in. */
const plain = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

export const OTHER_LANGUAGES: readonly Wrapping[] = [
  {
    id: "python-list",
    wrap: (command) =>
      `python3 -c ${singleQuoted(`import subprocess as s; s.run(["bash", "-c", ${json(command)}])`)}`,
    needs: "python3",
  },
  {
    id: "python-here-document",
    wrap: (command) =>
      hereDocument("python3 -", `import subprocess\nsubprocess.run(${json(command)}, shell=True)`),
    needs: "python3",
  },
  {
    id: "python-exec",
    wrap: (command) => {
      const code = base64(`import os\nos.system(${json(command)})`);
      return `python3 -c ${singleQuoted(`import base64; exec(base64.b64decode("${code}"))`)}`;
    },
    needs: "python3",
  },
  {
    id: "python-by-name",
    wrap: (command) =>
      `python3 -c ${singleQuoted(`m = __import__("o" + "s"); getattr(m, "sys" + "tem")(bytes.fromhex("${hex(command)}").decode())`)}`,
    needs: "python3",
  },
  {
    id: "node-here-document",
    wrap: (command) =>
      hereDocument(
        "node -",
        `const { spawnSync } = require("node:child_process");\nspawnSync("bash", ["-c", ${json(command)}], { stdio: "inherit" });`,
      ),
  },
  {
    id: "node-encoded",
    wrap: (command) =>
      `node -e ${singleQuoted(`require("child_process").execSync(Buffer.from("${base64(command)}", "base64").toString(), { stdio: "inherit" })`)}`,
  },
  {
    id: "node-eval",
    wrap: (command) =>
      `node -p ${singleQuoted(`eval(atob("${base64(`require("child_process").execSync(Buffer.from("${hex(command)}", "hex").toString())`)}"))`)}`,
  },
  {
    id: "perl-list",
    wrap: (command) =>
      `perl -e ${singleQuoted(`exec("bash", "-c", pack("H*", "${hex(command)}"))`)}`,
    needs: "perl",
  },
  {
    id: "perl-here-document",
    wrap: (command) => hereDocument("perl -", `use strict;\nsystem(${plain(command)});`),
    needs: "perl",
  },
  {
    id: "ruby",
    wrap: (command) => `ruby -e ${singleQuoted(`system(${plain(command)})`)}`,
    needs: "ruby",
  },
  {
    id: "ruby-backticks",
    wrap: (command) => `ruby -e 'puts \`#{ARGV[0]}\`' ${singleQuoted(command)}`,
    needs: "ruby",
  },
  {
    id: "ruby-here-document",
    wrap: (command) =>
      hereDocument(
        "ruby",
        `require "base64"\nKernel.send(:system, Base64.decode64("${base64(command)}").force_encoding("UTF-8"))`,
      ),
    needs: "ruby",
  },
  {
    id: "php",
    wrap: (command) => `php -r ${singleQuoted(`passthru(${plain(command)});`)}`,
    needs: "php",
  },
  {
    id: "php-encoded",
    wrap: (command) =>
      `php -r ${singleQuoted(`echo shell_exec(base64_decode("${base64(command)}"));`)}`,
    needs: "php",
  },
  {
    id: "php-here-document",
    wrap: (command) =>
      hereDocument("php", `<?php $step = 'sys' . 'tem'; $step(${plain(command)});`),
    needs: "php",
  },
  {
    id: "lua",
    wrap: (command) => `lua -e ${singleQuoted(`os.execute([==[${command}]==])`)}`,
    needs: "lua",
  },
  {
    id: "tcl",
    wrap: (command) =>
      `echo 'exec bash -c [lindex $argv 0] >@ stdout' | tclsh /dev/stdin ${singleQuoted(command)}`,
    needs: "tclsh",
  },
];
