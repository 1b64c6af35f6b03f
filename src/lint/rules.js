// The rules of lint.h, on the trees that acorn parses (https://github.com/estree/estree).
(function () {
  'use strict';

  const LARGE = 10000;
  const GENERATORS = /faker|chance|casual|falso|mockjs|random-name|json-schema-faker/i;
  const RANDOM_LIBRARIES = /k6-utils|uuid|nanoid|crypto/i;
  const RANDOM_FUNCTIONS = /^(random|uuid|nanoid|getRandomValues|v[1-7]$)/i;
  const HTTP_METHODS = ['get', 'head', 'post', 'put', 'patch', 'del', 'options', 'request', 'asyncRequest', 'batch'];
  const INIT_ONLY = ['setup', 'teardown', 'handleSummary'];
  const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
  const LOOPS = ['ForStatement', 'WhileStatement', 'DoWhileStatement', 'ForOfStatement', 'ForInStatement'];
  const REPEATING = ['map', 'forEach', 'from', 'flatMap', 'replace', 'replaceAll'];

  const isNode = (value) => value !== null && typeof value === 'object' && typeof value.type === 'string';

  function children(node) {
    const all = [];
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (Array.isArray(value)) all.push(...value.filter(isNode));
      else if (isNode(value)) all.push(value);
    }
    return all;
  }

  // Calls `visit(node, parents)` before what is inside; false keeps out of it.
  function walk(node, visit, parents = []) {
    if (visit(node, parents) === false) return;
    for (const child of children(node)) walk(child, visit, [...parents, node]);
  }

  // "http.get" for a call of a member, "open" for a plain one.
  function calleeOf(call) {
    const callee = call.callee;
    if (callee.type === 'Identifier') return { object: '', name: callee.name };
    if (callee.type !== 'MemberExpression') return { object: '', name: '' };
    const name = callee.computed ? '' : callee.property.name;
    let object = callee.object;
    while (object.type === 'MemberExpression' || object.type === 'CallExpression') {
      object = object.type === 'CallExpression' ? object.callee : object.object;
    }
    return { object: object.type === 'Identifier' ? object.name : '', name };
  }

  const isCall = (node) => node.type === 'CallExpression' || node.type === 'NewExpression';
  const isSharedArray = (node) => node.type === 'NewExpression' && calleeOf(node).name === 'SharedArray';

  // A number that the text itself says.
  function literalNumber(node) {
    if (!node) return undefined;
    if (node.type === 'Literal' && typeof node.value === 'number') return node.value;
    if (node.type !== 'BinaryExpression') return undefined;
    const [a, b] = [literalNumber(node.left), literalNumber(node.right)];
    if (a === undefined || b === undefined) return undefined;
    return { '*': a * b, '+': a + b, '-': a - b, '<<': a << b, '**': a ** b }[node.operator];
  }

  // What a file declares: functions by name, imports, exports, constants.
  class File {
    constructor(path, source) {
      this.path = path;
      this.imports = new Map();   // local name -> { from, name }
      this.functions = new Map(); // name -> node
      this.exports = new Map();   // exported name -> local name
      this.constants = new Map(); // name -> initialiser
      this.stars = [];            // of `export * from`
      this.tree = acorn.parse(source, { ecmaVersion: 'latest', sourceType: 'module', locations: true, allowHashBang: true,
        allowReturnOutsideFunction: true });
      for (const statement of this.tree.body) this.declare(statement);
    }

    declare(statement) {
      if (statement.type === 'ImportDeclaration') return this.declareImport(statement);
      if (statement.type === 'ExportNamedDeclaration') {
        for (const one of statement.specifiers) {
          if (statement.source) this.imports.set(`export ${one.exported.name}`, { from: statement.source.value, name: one.local.name });
          this.exports.set(one.exported.name, statement.source ? `export ${one.exported.name}` : one.local.name);
        }
        if (statement.declaration) this.declareLocal(statement.declaration, true);
      } else if (statement.type === 'ExportDefaultDeclaration') {
        const value = statement.declaration;
        if (value.type === 'Identifier') this.exports.set('default', value.name);
        else {
          this.functions.set('default', value);
          this.exports.set('default', 'default');
          if (value.id) this.functions.set(value.id.name, value);
        }
      } else if (statement.type === 'ExportAllDeclaration' && !statement.exported) this.stars.push(statement.source.value);
      else if (statement.type === 'ExpressionStatement') this.declareCommonJs(statement.expression);
      else this.declareLocal(statement, false);
    }

    // exports.a = ..., module.exports = { a, b: ... }.
    declareCommonJs(node) {
      if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return;
      const isExports = (one) => (one.type === 'Identifier' && one.name === 'exports') ||
        (one.type === 'MemberExpression' && one.object.type === 'Identifier' && one.object.name === 'module' && one.property.name === 'exports');
      const add = (name, value) => {
        this.exports.set(name, value.type === 'Identifier' ? value.name : `exports ${name}`);
        if (FUNCTIONS.includes(value.type)) this.functions.set(`exports ${name}`, value);
        else if (value.type !== 'Identifier') this.constants.set(`exports ${name}`, value);
      };
      if (isExports(node.left.object) && !node.left.computed) return add(node.left.property.name, node.right);
      if (!isExports(node.left)) return;
      if (node.right.type !== 'ObjectExpression') return add('default', node.right);
      for (const one of node.right.properties) if (one.type === 'Property' && one.key.name) add(one.key.name, one.value);
    }

    declareImport(statement) {
      for (const one of statement.specifiers) {
        const name = one.type === 'ImportSpecifier' ? one.imported.name : one.type === 'ImportDefaultSpecifier' ? 'default' : '*';
        this.imports.set(one.local.name, { from: statement.source.value, name });
      }
    }

    declareLocal(node, isExported) {
      const add = (name, value) => {
        if (isExported) this.exports.set(name, name);
        if (value && (FUNCTIONS.includes(value.type) || value.type.startsWith('Class'))) this.functions.set(name, value);
        else if (value) this.constants.set(name, value);
      };
      if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') add(node.id.name, node);
      if (node.type !== 'VariableDeclaration') return;
      for (const one of node.declarations) {
        if (one.id.type === 'Identifier') add(one.id.name, one.init);
        const required = one.init && one.init.type === 'CallExpression' && calleeOf(one.init).name === 'require' && one.init.arguments[0];
        if (required && required.type === 'Literal') this.declareRequire(one.id, required.value);
      }
    }

    declareRequire(pattern, from) {
      if (pattern.type === 'Identifier') this.imports.set(pattern.name, { from, name: '*' });
      if (pattern.type !== 'ObjectPattern') return;
      for (const one of pattern.properties) {
        if (one.key && one.value && one.value.type === 'Identifier') this.imports.set(one.value.name, { from, name: one.key.name });
      }
    }
  }

  class Linter {
    constructor(input) {
      this.input = input;
      this.files = new Map();
      this.remarks = [];
      this.reached = new Set();  // functions that VUs run
      this.calls = [];           // of HTTP: { file, node, url, isFixed }
    }

    remark(file, node, rule, message, advice) {
      const { line, column } = node.loc.start;
      this.remarks.push({ file: file.path, line, column: column + 1, rule, message, advice });
    }

    parseAll() {
      for (const [path, source] of Object.entries(this.input.files)) {
        if (/^https?:/.test(path)) continue;  // a library's own business
        try {
          this.files.set(path, new File(path, source));
        } catch (error) {
          const { line, column } = error.loc || { line: 1, column: 0 };
          const message = `this script was not looked at: ${error.message.replace(/ \(\d+:\d+\)$/, '')}`;
          this.remarks.push({ file: path, line, column: column + 1, rule: 'not-parsed', message, advice: 'lint reads ECMAScript, no TypeScript' });
        }
      }
    }

    // The file that `from` means in `file`; undefined for k6's own and for libraries.
    resolve(file, from) {
      if (!from.startsWith('.') && !from.startsWith('/')) return undefined;
      const parts = from.startsWith('/') ? [] : file.path.split('/').slice(0, -1);
      for (const part of from.split('/')) {
        if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop();
        else if (part !== '.' && part !== '') parts.push(part);
      }
      const path = (file.path.startsWith('/') || from.startsWith('/') ? '/' : '') + parts.filter((p) => p !== '').join('/');
      return this.files.get(path);
    }

    // Both tell whether a function was found.
    reachExport(file, name) {
      const local = file.exports.get(name);
      if (local !== undefined) return this.reachName(file, local) || this.reachWrapped(file, local);
      return file.stars.some((from) => {
        const other = this.resolve(file, from);
        return other !== undefined && this.reachExport(other, name);
      });
    }

    reachName(file, name) {
      const imported = file.imports.get(name);
      if (imported) {
        const other = this.resolve(file, imported.from);
        return other !== undefined && imported.name !== '*' && this.reachExport(other, imported.name);
      }
      const node = file.functions.get(name);
      if (node) this.reach(file, node);
      return node !== undefined;
    }

    // `export const browse = traced(() => {...})`: what is handed over is what runs.
    reachWrapped(file, name) {
      const inside = [];
      walk(file.constants.get(name) || { type: '' }, (node) => {
        if (FUNCTIONS.includes(node.type)) inside.push(node);
        return !FUNCTIONS.includes(node.type) && !isSharedArray(node);
      });
      for (const node of inside) this.reach(file, node);
      return inside.length > 0;
    }

    reach(file, node) {
      if (this.reached.has(node)) return;
      this.reached.add(node);
      this.inspect(file, node);
      walk(node, (inner) => {
        if (inner.type === 'Identifier') this.reachName(file, inner.name);
        if (inner.type === 'MemberExpression' && inner.object.type === 'Identifier' && !inner.computed) {
          const space = file.imports.get(inner.object.name);
          const other = space && space.name === '*' ? this.resolve(file, space.from) : undefined;
          if (other) this.reachExport(other, inner.property.name);
        }
      });
    }

    // One function that VUs run.
    inspect(file, root) {
      walk(root, (node, parents) => {
        if (node.type === 'ArrayExpression' && node.elements.length >= 200) {
          this.remark(file, node, 'large-data', `an array of ${node.elements.length} elements is made in every iteration`,
            'move it to the top of the script, into a SharedArray');
        }
        if (!isCall(node)) return;
        this.inspectGeneration(file, node, parents);
        this.inspectSize(file, node);
        const { object, name } = calleeOf(node);
        if (name === 'open' && object === '' && !file.functions.has('open') && !file.imports.has('open')) {
          this.remark(file, node, 'file-read', 'open() in code that VUs run: files are only read at the top of the script',
            'read it once: new SharedArray(name, () => JSON.parse(open(file)))');
        }
        if (this.isHttp(file, object) && HTTP_METHODS.includes(name)) this.inspectRequest(file, node, name);
      });
    }

    isHttp(file, object) {
      const imported = file.imports.get(object);
      return imported !== undefined && imported.from === 'k6/http';
    }

    inspectGeneration(file, node, parents) {
      const { object, name } = calleeOf(node);
      const imported = file.imports.get(object || name);
      if (imported && GENERATORS.test(imported.from)) {
        return this.remark(file, node, 'data-generation', `${object ? `${object}: ` : ''}\`${imported.from}\` makes data in every iteration`,
          'make the data beforehand, keep it in a file, and read it with a SharedArray');
      }
      const isRandom = (object === 'Math' && name === 'random') || (object === 'crypto' && /^(random|getRandom)/.test(name)) ||
        (imported !== undefined && RANDOM_LIBRARIES.test(imported.from) && RANDOM_FUNCTIONS.test(name));
      if (!isRandom) return;
      const size = literalNumber(node.arguments[0]);
      const repeats = parents.some((parent) => LOOPS.includes(parent.type) || (isCall(parent) && REPEATING.includes(calleeOf(parent).name)));
      const builds = parents.some((parent) => ['ArrayExpression', 'ObjectExpression', 'TemplateLiteral'].includes(parent.type) ||
        (parent.type === 'AssignmentExpression' && parent.operator === '+=') || (isCall(parent) && ['push', 'join'].includes(calleeOf(parent).name)) ||
        (isCall(parent) && ['from', 'map', 'replace', 'replaceAll'].includes(calleeOf(parent).name)));
      if (name !== 'random' && size >= 1024) {
        this.remark(file, node, 'data-generation', `${size} random bytes or characters are made in every iteration`,
          'make the payload once at the top of the script, or beforehand in a file');
      } else if (repeats && builds) {
        this.remark(file, node, 'data-generation', 'data is built from random values in a loop in every iteration',
          'make the data beforehand, keep it in a file, and read it with a SharedArray');
      }
    }

    inspectSize(file, node) {
      const { object, name } = calleeOf(node);
      let size;
      if (node.type === 'NewExpression' && /^(Array|ArrayBuffer|Big|Float|Int|Uint)/.test(name)) size = literalNumber(node.arguments[0]);
      else if (name === 'Array' && object === '') size = literalNumber(node.arguments[0]);
      else if (['repeat', 'padStart', 'padEnd'].includes(name)) size = literalNumber(node.arguments[0]);
      else if (object === 'Array' && name === 'from' && node.arguments[0] && node.arguments[0].type === 'ObjectExpression') {
        const length = node.arguments[0].properties.find((one) => one.key && one.key.name === 'length');
        size = length && literalNumber(length.value);
      }
      if (size >= LARGE) {
        this.remark(file, node, 'large-data', `${size} elements or characters are made in every iteration`,
          'make them once at the top of the script');
      }
    }

    // The text of a URL whose parts never change, or undefined: something in it comes from data.
    fixedText(file, node, depth = 4) {
      if (!node || depth === 0) return undefined;
      const part = (inner) => this.fixedText(file, inner, depth - 1);
      switch (node.type) {
        case 'Literal': return String(node.value);
        case 'TemplateLiteral': {
          const texts = node.expressions.map(part);
          return texts.includes(undefined) ? undefined : node.quasis.map((q, i) => q.value.cooked + (texts[i] ?? '')).join('');
        }
        case 'BinaryExpression': {
          const [a, b] = [part(node.left), part(node.right)];
          return node.operator === '+' && a !== undefined && b !== undefined ? a + b : undefined;
        }
        case 'LogicalExpression': return part(node.left);
        case 'MemberExpression':
          return node.object.type === 'Identifier' && node.object.name === '__ENV' && !node.computed ? `\${${node.property.name}}` : undefined;
        case 'Identifier': return part(file.constants.get(node.name));
        case 'TaggedTemplateExpression': return part(node.quasi);
        default: return undefined;
      }
    }

    // Without a body, or with one that never changes.
    isFixedBody(file, node) {
      if (!node) return true;
      if (this.fixedText(file, node) !== undefined) return true;
      let isFixed = true;
      walk(node, (inner) => {
        if (inner.type === 'Identifier' && !['JSON', 'stringify', 'null', 'undefined'].includes(inner.name)) isFixed = false;
        if (inner.type === 'ObjectExpression') {
          for (const one of inner.properties) if (one.type !== 'Property' || !this.isFixedBody(file, one.value)) isFixed = false;
          return false;
        }
      });
      return isFixed;
    }

    inspectRequest(file, node, name) {
      if (name === 'batch') return this.calls.push({ file, node, url: undefined });
      const [url, body] = name.endsWith('equest') ? [node.arguments[1], node.arguments[2]] : [node.arguments[0], node.arguments[1]];
      const hasBody = !['get', 'head'].includes(name);
      const text = this.fixedText(file, url);
      this.calls.push({ file, node, url: text !== undefined && (!hasBody || this.isFixedBody(file, body)) ? text : undefined });
    }

    inspectUrls() {
      const urls = new Set(this.calls.map((call) => call.url));
      if (urls.size !== 1 || urls.has(undefined)) return;
      const { file, node, url } = this.calls[0];
      this.remark(file, node, 'one-url', `every request of every journey is for ${url}, with nothing taken from data`,
        'real users ask for different things: take ids from a SharedArray, and call what a journey calls');
    }

    // Parsed at the top of the script, each VU has a copy of its own.
    inspectInit(file) {
      walk(file.tree, (node) => {
        if (FUNCTIONS.includes(node.type) || node.type.startsWith('Class') || isSharedArray(node)) return false;
        if (!isCall(node) || !/^parse/.test(calleeOf(node).name)) return;
        const reads = node.arguments.some((one) => one.type === 'CallExpression' && calleeOf(one).name === 'open');
        if (reads) {
          this.remark(file, node, 'file-read', 'every VU parses and keeps a copy of this file',
            'new SharedArray(name, () => JSON.parse(open(file))) keeps one for all');
        }
      });
    }

    run() {
      this.parseAll();
      const script = this.files.get(this.input.script);
      if (script) {
        for (const name of this.input.functions) {
          if (INIT_ONLY.includes(name) || this.reachExport(script, name)) continue;
          this.remark(script, { loc: { start: { line: 1, column: 0 } } }, 'not-parsed', `the function \`${name}\` was not found, and not looked at`,
            'declare it in the script, or export it from a file of yours');
        }
      }
      for (const file of this.files.values()) this.inspectInit(file);
      this.inspectUrls();
      const order = (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column);
      return this.remarks.sort(order);
    }
  }

  globalThis.lint = (input) => new Linter(input).run();
})();
