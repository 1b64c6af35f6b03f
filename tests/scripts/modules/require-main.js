// description: a whole script can be CommonJS
// metric: iterations.count == 1
const { check } = require('k6');
const http = require('k6/http');
exports.options = { vus: 1, iterations: 1 };
exports.default = function () {
  check(http, { module: (h) => typeof h.get === 'function' });
};
