/** One attribute or block as the generated code declares it. */
export interface Declared {
  readonly name: string;
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  /** The member's own code: how it is stored and read. */
  readonly code: string;
  /** `list`, `set`, `struct`, `simple`, ... of the HCL description. @default - it cannot be configured */
  readonly hclType?: string;
  /** It is written through a mapper that makes blocks. */
  readonly mappedAsBlock: boolean;
  readonly documentedAsBlock: boolean;
}

/** Everything the generated code declares for one resource, data source or provider. */
export interface Bindings {
  /** Terraform's name, such as `aws_db_instance`. */
  readonly type: string;
  readonly kind: "Resource" | "DataSource" | "Provider";
  /** Name of the main class: the key of its own members in `structs`. */
  readonly main: string;
  /** Members of the main class and of every nested structure, by name. */
  readonly structs: ReadonlyMap<string, readonly Declared[]>;
}

interface Texts {
  readonly members: string;
  readonly toHcl: string;
  readonly toTerraform: string;
  readonly documentation: string;
}

const TOP_LEVEL = /^export (interface|class|function) (\w+)(?: extends ([\w.]+))?/gm;
const MAIN_CLASS = /^cdktf\.Terraform(Resource|DataSource|Provider)$/;
const MEMBER =
  /^[ \t]*\/\/ (\S+) - computed: (true|false), optional: (true|false), required: (true|false)$/gm;
const HCL_ENTRY = /^\s+(\w+): \{\n\s+value: [^\n]*\n\s+isBlock: \w+,\n\s+type: "(\w+)",/gm;
const MAPPED_ENTRY = /^\s+(\w+): [^\n]*, true\)\([^\n]*,$/gm;
const BLOCK_COMMENT = /^\s*\* (\w+) block$/gm;
const PROVIDER_FIELD = /#(\w+) [\w#]+\}\n(?:[^\n]*\n)*?\s*readonly (\w+)(\??): ([^;]+);/g;

const firstLower = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

function declaredIn({ members, toHcl, toTerraform, documentation }: Texts): Declared[] {
  const hclTypes = new Map([...toHcl.matchAll(HCL_ENTRY)].map((match) => [match[1], match[2]]));
  const mapped = new Set([...toTerraform.matchAll(MAPPED_ENTRY)].map((match) => match[1]));
  const documented = new Set([...documentation.matchAll(BLOCK_COMMENT)].map((match) => match[1]));
  const end = members.indexOf("// SYNTHESIS");
  const found = [...members.matchAll(MEMBER)];
  return found.map((match, i) => {
    const name = match[1] ?? "";
    return {
      name,
      computed: match[2] === "true",
      optional: match[3] === "true",
      required: match[4] === "true",
      code: members.slice(match.index, found[i + 1]?.index ?? (end > 0 ? end : undefined)),
      hclType: hclTypes.get(name),
      mappedAsBlock: mapped.has(name),
      documentedAsBlock: documented.has(name),
    };
  });
}

/** Blocks of a provider configuration have no class of their own: their interface is read as if it were one. */
function membersOfInterface(text: string): string {
  return [...text.matchAll(PROVIDER_FIELD)]
    .map(([, name, field, optional, type]) => {
      const flag = optional === "?";
      return `// ${name} - computed: false, optional: ${flag}, required: ${!flag}\nprivate _${field}?: ${type};\n`;
    })
    .join("\n");
}

/**
 * Reads the generated source of one resource, data source or provider.
 *
 * @param where named in the error when the text is not what the generator of @cdktf/provider-aws 21 writes
 */
export function readBindings(source: string, where: string): Bindings {
  const tops = [...source.matchAll(TOP_LEVEL)].map((match) => ({
    kind: match[1],
    name: match[2] ?? "",
    parent: match[3] ?? "",
    at: match.index,
  }));
  const text = new Map(
    tops.map((top, i) => [`${top.kind} ${top.name}`, source.slice(top.at, tops[i + 1]?.at)]),
  );
  const textOf = (kind: string, name: string) => text.get(`${kind} ${name}`) ?? "";

  const main = tops.find((top) => top.kind === "class" && MAIN_CLASS.test(top.parent));
  const type = /tfResourceType = "([^"]+)"/.exec(main ? textOf("class", main.name) : "")?.[1];
  if (!main || type === undefined)
    throw new Error(`${where}: expected a generated Terraform class; found none`);
  const kind = MAIN_CLASS.exec(main.parent)?.[1] as Bindings["kind"];

  const nested = (name: string, members: string): [string, Declared[]] => [
    name,
    declaredIn({
      members,
      toHcl: textOf("function", `${firstLower(name)}ToHclTerraform`),
      toTerraform: textOf("function", `${firstLower(name)}ToTerraform`),
      documentation: textOf("interface", name),
    }),
  ];
  const ownText = textOf("class", main.name);
  const own = {
    members: ownText,
    toHcl: ownText,
    toTerraform: ownText,
    documentation: textOf("interface", `${main.name}Config`),
  };
  const structs = new Map([[main.name, declaredIn(own)]]);
  for (const top of tops) {
    if (top.kind === "class" && top.parent === "cdktf.ComplexObject") {
      structs.set(...nested(top.name.replace(/OutputReference$/, ""), textOf("class", top.name)));
    } else if (kind === "Provider" && top.kind === "interface" && top.name !== `${main.name}Config`) {
      structs.set(...nested(top.name, membersOfInterface(textOf("interface", top.name))));
    }
  }
  return { type, kind, main: main.name, structs };
}
