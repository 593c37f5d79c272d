// certtool and p11tool of GnuTLS: keys, requests and certificates.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const certtool: CommandModel = fileProgram({
  names: ["certtool"],
  operands: "words",
  inputs:
    "--infile --load-privkey --load-pubkey --load-request --load-certificate --load-ca-privkey --load-ca-certificate --load-crl --load-data --template --load-ca-certificates",
  outputs: "--outfile",
  runs: "--provider",
  choices:
    "-d --debug --bits --curve --sec-param --hash --salt-size --password --pkcs-cipher --key-type --label --attime --verify-hostname --verify-email --verify-purpose --verify-profile --p12-name --seed",
  flags:
    "-V --verbose --pubkey-info --get-dh-params --dh-info --generate-dh-params -i --certificate-info --fingerprint --key-id --certificate-pubkey -s --generate-self-signed -c --generate-certificate --generate-proxy -u --update-certificate -p --generate-privkey -q --generate-request -e --verify-chain --verify --verify-allow-broken --to-p12 --to-p8 --to-rsa -k --key-info --p8-info -1 --p7-info --p12-info --p7-generate --p7-sign --p7-detached-sign --p7-verify --smime-to-p7 --p7-include-cert --p7-time --p7-show-data --crq-info --crl-info --generate-crl --verify-crl --verify-provable-privkey --provable --inder --inraw --outder --outraw --outfile-text --no-text --no-crq-extensions --crq-extensions --pkcs8 -8 --rsa --dsa --ecc --ecdsa --stdout-info --ask-pass --empty-password --null-password --cprint --rsa-pss-sign --pem -h -v --text",
});
