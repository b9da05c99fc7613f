// Tells the machine's `fetch` from a parameter of that name: what a name in a source file stands for.

/** Parents in the type world whose children are still values. */
const valueHolders = new Set([
  "TSAsExpression",
  "TSEnumMember",
  "TSInstantiationExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
]);

type Code = Deno.lint.SourceCode;

/** Whether the name is read here as a global: it is no key, label or type, and nothing around it declares it. */
export function isGlobal(code: Code, node: Deno.lint.Identifier): boolean {
  return isReference(node) && !code.getAncestors(node).some((scope) => declares(scope, node.name));
}

function isReference(node: Deno.lint.Identifier): boolean {
  const parent: Deno.lint.Node = node.parent;
  switch (parent.type) {
    case "MemberExpression":
      return parent.computed || parent.property !== node;
    case "Property":
    case "PropertyDefinition":
    case "MethodDefinition":
      return parent.computed || parent.key !== node;
    case "ExportSpecifier":
      return parent.local === node && !isReExport(parent.parent);
    case "TSQualifiedName":
      return parent.left === node;
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return false;
    default:
      return !parent.type.startsWith("TS") || valueHolders.has(parent.type);
  }
}

function isReExport(node: Deno.lint.Node): boolean {
  return node.type === "ExportAllDeclaration" || (node.type === "ExportNamedDeclaration" && node.source !== null);
}

function declares(scope: Deno.lint.Node, name: string): boolean {
  switch (scope.type) {
    case "Program":
    case "BlockStatement":
    case "StaticBlock":
      return scope.body.some((statement) => introduces(statement, name));
    case "SwitchStatement":
      return scope.cases.some((one) => one.consequent.some((statement) => introduces(statement, name)));
    case "FunctionExpression":
      return scope.id?.name === name || scope.params.some((param) => binds(param, name));
    case "FunctionDeclaration":
    case "ArrowFunctionExpression":
      return scope.params.some((param) => binds(param, name));
    case "ForStatement":
      return scope.init !== null && introduces(scope.init, name);
    case "ForInStatement":
    case "ForOfStatement":
      return introduces(scope.left, name);
    case "CatchClause":
      return scope.param !== null && binds(scope.param, name);
    default:
      return false;
  }
}

/** Whether a statement brings the name into its block. */
function introduces(statement: Deno.lint.Node, name: string): boolean {
  switch (statement.type) {
    case "VariableDeclaration":
      return statement.declarations.some((one) => binds(one.id, name));
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return statement.id?.name === name;
    case "ImportDeclaration":
      return statement.specifiers.some((one) => one.local.name === name);
    case "ExportNamedDeclaration":
      return statement.declaration !== null && introduces(statement.declaration, name);
    default:
      return false;
  }
}

/** Whether a parameter or the left side of a declaration binds the name. */
function binds(pattern: Deno.lint.Node | Deno.lint.TSParameterProperty, name: string): boolean {
  switch (pattern.type) {
    case "Identifier":
      return pattern.name === name;
    case "AssignmentPattern":
      return binds(pattern.left, name);
    case "RestElement":
      return binds(pattern.argument, name);
    case "ArrayPattern":
      return pattern.elements.some((element) => element !== null && binds(element, name));
    case "ObjectPattern":
      return pattern.properties.some((one) => binds(one.type === "Property" ? one.value : one, name));
    case "TSParameterProperty":
      return binds(pattern.parameter, name);
    default:
      return false;
  }
}
