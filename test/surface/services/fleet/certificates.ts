// Certificates for collectors and machines of tests, made with openssl.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate below the authority `ca.pem` of a folder; `ca` and `stranger` are authorities of their own. */
export function certifyIn(
  root: string,
  name: string,
  subject: string,
  more = "",
): { cert: string; key: string } {
  const file = (end: string): string => join(root, `${name}.${end}`);
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { cwd: root, stdio: "pipe" });
  const key = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    file("key"),
  ];
  if (name === "ca" || name === "stranger")
    openssl("req", "-x509", ...key, "-subj", subject, "-days", "2", "-out", file("pem"));
  else {
    openssl("req", ...key, "-subj", subject, "-out", file("csr"));
    writeFileSync(file("ext"), more === "" ? "basicConstraints=CA:FALSE\n" : more);
    openssl(
      "x509",
      "-req",
      "-in",
      file("csr"),
      "-CA",
      join(root, "ca.pem"),
      "-CAkey",
      join(root, "ca.key"),
      "-days",
      "2",
      "-extfile",
      file("ext"),
      "-out",
      file("pem"),
    );
  }
  return { cert: readFileSync(file("pem"), "utf8"), key: readFileSync(file("key"), "utf8") };
}
