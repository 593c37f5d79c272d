// Ordinary work in a Go module.
import {
  changing,
  COMMON_FILES,
  DELEGATING,
  looking,
  STOPPED,
  SUB_AGENT,
  served,
} from "./common-actions.ts";
import type { OrdinaryProject } from "./ordinary-session.ts";

const LANDMARKS = {
  source: "price/price.go",
  word: "Total",
  old: "func Total",
  edited: "// Total adds up.\nfunc Total",
  folder: "price",
  pattern: "*.go",
};

const HALF = (divisor: number) => `package price

// Half is half of a price.
func Half(price int) int {
	return price / ${divisor}
}
`;

export const project: OrdinaryProject = {
  name: "shop-go",
  programs: ["go"],
  files: {
    ...COMMON_FILES,
    "go.mod": "module shop.example/shop\n\ngo 1.19\n",
    "main.go":
      'package main\n\nimport (\n\t"fmt"\n\n\t"shop.example/shop/price"\n)\n\nfunc main() {\n\tfmt.Println("total", price.Total([]int{2, 3}))\n}\n',
    "price/price.go":
      "package price\n\nfunc Total(prices []int) int {\n\tsum := 0\n\tfor _, price := range prices {\n\t\tsum += price\n\t}\n\treturn sum\n}\n",
    "price/price_test.go":
      'package price\n\nimport "testing"\n\nfunc TestTotal(t *testing.T) {\n\tif Total([]int{2, 3}) != 5 {\n\t\tt.Fatal("wrong")\n\t}\n}\n',
    "cmd/shop-server/main.go":
      'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n)\n\nfunc main() {\n\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello from go") })\n\thttp.ListenAndServe("127.0.0.1:3125", nil)\n}\n',
    Makefile: "build:\n\tgo build -o bin/shop .\n\n.PHONY: build\n",
    ".gitignore": "bin\n.env\n",
  },
  actions: [
    ...looking(LANDMARKS),
    { call: "cat go.mod", expect: "runs", shows: /shop\.example/ },
    { call: "go version", expect: "runs", shows: /go1/ },
    { call: "go env GOPATH GOMODCACHE", expect: "runs" },
    { call: "go list ./...", expect: "runs", shows: /price/ },
    { call: "go test ./...", expect: "asks-unheld", shows: /ok/ },
    { call: "go test -run TestTotal -v ./price", expect: "asks-unheld", shows: /PASS/ },
    { call: "go build ./...", expect: "asks-unheld" },
    { call: "make build && ./bin/shop", expect: "asks-unheld", shows: /total 5/ },
    { call: "go run .", expect: "asks-unheld", shows: /total 5/ },
    { call: "go vet ./...", expect: "asks-unheld" },
    { call: "gofmt -l .", expect: "runs" },
    { call: "go doc ./price Total", expect: "runs" },
    { call: "go mod tidy", expect: "runs", yet: "asks-unheld" },
    { call: "go mod graph | head", expect: "runs" },
    ...changing(LANDMARKS),
    {
      call: { name: "Write", input: { file_path: "<project>/price/half.go", content: HALF(3) } },
      expect: "edits",
    },
    {
      call: {
        name: "Write",
        input: {
          file_path: "<project>/price/half_test.go",
          content:
            'package price\n\nimport "testing"\n\nfunc TestHalf(t *testing.T) {\n\tif Half(4) != 2 {\n\t\tt.Fatal("no half")\n\t}\n}\n',
        },
      },
      expect: "edits",
    },
    { call: "go test ./price 2>&1 | tail -8", expect: "asks-unheld", shows: /FAIL/ },
    {
      call: "sed -i 's#price / 3#price / 2#' price/half.go && gofmt -w price/half.go",
      expect: "runs",
    },
    { call: "go test ./price 2>&1 | tail -8", expect: "asks-unheld", shows: /ok/ },
    { call: "go build -o bin/shop-server ./cmd/shop-server", expect: "asks-unheld" },
    { call: "./bin/shop-server", expect: "asks-unheld", isBackground: true },
    served(3125, /hello from go/),
    { call: "pkill -f 'bin/shop-serve[r]'", expect: "runs", yet: "asks-unheld" },
    { call: "rm -rf bin", expect: "runs" },
    { call: "git clean -nd", expect: "runs" },
    DELEGATING,
    ...STOPPED,
    { call: "go get github.com/google/uuid", expect: "asks", isRefusedByPerson: true },
    {
      call: "go install golang.org/x/tools/cmd/stringer@latest",
      expect: "asks",
      isRefusedByPerson: true,
    },
  ],
  subAgents: new Map([SUB_AGENT]),
};
