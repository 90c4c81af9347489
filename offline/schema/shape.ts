import type { Bindings, Declared } from "./bindings";
import type { Block, CtyType, NestedBlock, Nesting } from "./block";
import { holdsDynamic } from "./block";
import { isSensitive } from "./sensitive";

/** CDKTF folds endlessly nested blocks (WAF statements, for one) into a class that holds itself; the schema may not. */
const DEEPEST_RECURSION = 3;
/** Results nested deeper than this are left untyped: only analytics definitions that nest without end get there. */
const DEEPEST_RESULT = 12;

/** What an attribute or block is made of; `struct` when its parts are declared in a structure. */
interface Stored {
  /** Worked out on demand: a block needs the types of its parts, not its own. */
  readonly type: () => CtyType;
  readonly struct?: string;
  readonly nesting?: Nesting;
  /** At most one may stand: only blocks say so. */
  readonly single?: boolean;
}

const LIST_OF = /^(?:Array<(.*)>|(.*)\[\])$/;
const MAP_OF = /^\{ \[key: string\]: (.*) \}$/;
const STORED_OBJECT = /private _\w+ = new (cdktf\.)?(\w+)\(this, "[^"]+"(?:, (true|false))?\)/;
const CDKTF_COLLECTION = /^(String|Number|Boolean|Any)((?:List|Map)+)$/;
const PROVIDER_BLOCK = /private _\w+\?: (\w+)(\[\])?(?: \| cdktf\.IResolvable)?;/;

/** Suffixes of generated collection classes, the longest first, with the type they wrap around their structure. */
const COLLECTIONS: readonly (readonly [string, (object: CtyType, list: "list" | "set") => CtyType])[] = [
  ["ListList", (object, list) => [list, ["list", object]]],
  ["MapList", (object, list) => [list, ["map", object]]],
  ["ListMap", (object) => ["map", ["list", object]]],
  ["List", (object, list) => [list, object]],
  ["Map", (object) => ["map", object]],
];

/** What the accessor that a getter ends in says of the type. `outer` is `list` or `set`. */
const ACCESSORS: Readonly<Record<string, (outer: "list" | "set") => CtyType>> = {
  String: () => "string",
  Boolean: () => "bool",
  Number: () => "number",
  List: (outer) => [outer, "string"],
  NumberList: (outer) => [outer, "number"],
  StringMap: () => ["map", "string"],
  NumberMap: () => ["map", "number"],
  BooleanMap: () => ["map", "bool"],
  AnyMap: () => "dynamic",
};

function typeOfTypeScript(text: string, outer: "list" | "set"): CtyType | undefined {
  const bare = text.replace(/ \| cdktf\.IResolvable$/, "").trim();
  if (bare === "string" || bare === "number") return bare;
  if (bare === "boolean" || bare === "(boolean | cdktf.IResolvable)") return "bool";
  if (bare === "any") return "dynamic";
  const list = LIST_OF.exec(bare);
  const inner = list?.[1] ?? list?.[2] ?? MAP_OF.exec(bare)?.[1];
  const element = inner === undefined ? undefined : typeOfTypeScript(inner, "list");
  return element && [list ? outer : "map", element];
}

/** Rebuilds the schema of one resource, data source or provider from what the generated code declares. */
export function shapeOf(bindings: Bindings): Block {
  const membersOf = (struct: string) => bindings.structs.get(struct) ?? [];

  function plain(member: Declared, where: string): CtyType {
    const returned = /\breturn ((?:cdktf\.)?[^\n]*);/.exec(member.code)?.[1] ?? "";
    const outer = returned.includes("tolist(") || member.hclType === "set" ? "set" : "list";
    const accessor = ACCESSORS[/this\.get(\w*?)Attribute\(/.exec(returned)?.[1] ?? ""];
    if (accessor) return accessor(outer);
    const declared = /private _\w+\?: ([^;\n]+);/.exec(member.code)?.[1] ?? "";
    // A result that nothing declares and that is read as it comes may be anything.
    if (declared === "" && returned.startsWith("this.interpolationForAttribute(")) return "dynamic";
    const type = typeOfTypeScript(declared, outer);
    if (type === undefined)
      throw new Error(`${where}: expected a type that Terraform has; found ${declared || returned}`);
    return type;
  }

  function objectOf(struct: string, where: string, depth: number): CtyType {
    if (depth > DEEPEST_RESULT) return "dynamic";
    const types = membersOf(struct).map((member) => {
      const place = `${where}.${member.name}`;
      return [member.name, stored(member, place, depth + 1).type()] as const;
    });
    return ["object", Object.fromEntries(types)];
  }

  function stored(member: Declared, where: string, depth = 0): Stored {
    const match = STORED_OBJECT.exec(member.code);
    if (!match) {
      const [, struct = "", many] = PROVIDER_BLOCK.exec(member.code) ?? [];
      if (!bindings.structs.has(struct)) return { type: () => plain(member, where) };
      const nesting = member.hclType === "struct" ? "single" : ((member.hclType ?? "list") as Nesting);
      return { type: () => "dynamic", struct, nesting, single: !many && nesting !== "single" };
    }
    const [, ofCdktf, className = "", wrapsSet] = match;
    const list = wrapsSet === "true" ? "set" : "list";
    const simple = ofCdktf ? CDKTF_COLLECTION.exec(className) : null;
    if (simple) {
      const [, element = "", wrappers = ""] = simple;
      const innermost: CtyType =
        element === "Any" ? "dynamic" : element === "Boolean" ? "bool" : (element.toLowerCase() as CtyType);
      const kinds = wrappers.match(/List|Map/g) ?? [];
      const wrapped = kinds.reduce<CtyType>(
        (type, kind, i) => [kind === "Map" ? "map" : i === kinds.length - 1 ? list : "list", type],
        innermost,
      );
      return { type: () => wrapped };
    }
    if (className.endsWith("OutputReference")) {
      const struct = className.slice(0, -"OutputReference".length);
      const object = () => objectOf(struct, where, depth);
      const nesting = member.hclType;
      if (nesting !== "list" && nesting !== "set") return { type: object, struct, nesting: "single" };
      return { type: () => [nesting, object()], struct, nesting, single: true };
    }
    for (const [suffix, wrap] of COLLECTIONS) {
      const struct = className.slice(0, -suffix.length);
      if (!className.endsWith(suffix) || !bindings.structs.has(struct)) continue;
      const type = () => wrap(objectOf(struct, where, depth), list);
      return { type, struct, nesting: suffix === "Map" ? "map" : list };
    }
    throw new Error(`${where}: expected a generated structure; found class ${className}`);
  }

  function isBlock(member: Declared, { struct, nesting, single }: Stored): boolean {
    if (struct === undefined || !(member.optional || member.required)) return false;
    const named = nesting === "single" || nesting === "map";
    return single === true || member.mappedAsBlock || (named && member.documentedAsBlock);
  }

  function nestedBlock(member: Declared, of: Stored, block: Block): NestedBlock {
    // A set must be able to tell whether two elements are equal, which values of any type do not allow.
    const nesting = of.nesting === "set" && holdsDynamic(block) ? "list" : (of.nesting ?? "list");
    return {
      nesting,
      minItems: member.required && nesting !== "single" ? 1 : 0,
      maxItems: of.single ? 1 : 0,
      block,
    };
  }

  function blockOf(struct: string, where: string, seen: readonly string[]): Block {
    const attributes: Record<string, Block["attributes"][string]> = {};
    const blocks: Record<string, NestedBlock> = {};
    for (const member of membersOf(struct)) {
      const place = `${where}.${member.name}`;
      const of = stored(member, place);
      if (of.struct !== undefined && isBlock(member, of)) {
        if (seen.filter((name) => name === of.struct).length >= DEEPEST_RECURSION) continue;
        blocks[member.name] = nestedBlock(member, of, blockOf(of.struct, place, [...seen, of.struct]));
      } else if (!(bindings.kind === "Provider" && member.name === "alias")) {
        // The bindings do not mark write-only arguments; the provider names every one of them so.
        const writeOnly = member.optional && member.name.endsWith("_wo");
        attributes[member.name] = {
          type: of.type(),
          required: member.required,
          optional: member.optional,
          computed: member.computed,
          sensitive: writeOnly || isSensitive(member.name),
          writeOnly,
        };
      }
    }
    return { attributes, blocks };
  }

  return blockOf(bindings.main, bindings.type, []);
}
