// A formula of Homebrew that installs the npm package of one digest.
import { Failure } from "#base/failure.ts";

/** What the formula names. `sha256`: of the npm package at `url`. */
export type FormulaOrder = { readonly url: string; readonly sha256: string };

/** Where nothing has to be quoted in Ruby, and nothing is read as code. */
const PLAIN_URL = /^https:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?\/[A-Za-z0-9._~/@%+-]{1,300}\.tgz$/;

/** The text of `sallyport.rb`. Throws a Failure `usage` for an address that is not plain. */
export function formulaText({ url, sha256 }: FormulaOrder): string {
  if (!PLAIN_URL.test(url))
    throw new Failure(
      "usage",
      "`--url` is where the npm package can be fetched: an https address that ends in .tgz, without a user, a query or blanks",
    );
  return `class Sallyport < Formula
  desc "Security and compliance control for Claude Code"
  homepage "${new URL(url).origin}"
  url "${url}"
  sha256 "${sha256}"
  license "Apache-2.0"

  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink Dir["#{libexec}/bin/*"]
  end

  def caveats
    <<~TEXT
      \`sallyport init\` guards a project. Before you uninstall the formula run
      \`sallyport uninstall --all\`, or guarded sessions are refused.
    TEXT
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/sallyport --version")
  end
end
`;
}
