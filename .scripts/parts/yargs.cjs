// The package that most calls can do without: a file of its own, which is only read where it is needed.
module.exports = { yargs: require('yargs').default }
