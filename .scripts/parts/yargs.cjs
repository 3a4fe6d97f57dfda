// Bundles yargs into a separate file, which is only loaded if it is needed: most command lines do without it.
module.exports = { yargs: require('yargs').default }
