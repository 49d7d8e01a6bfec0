package south

func attackFiles() []family       { return nil }
func attackAddresses() []family   { return nil }
func attackTemplates() []family   { return nil }
func attackDirectories() []family { return nil }
func attackLines() []family       { return nil }
func attackOddities() []family    { return nil }
func attackTokens() []family      { return nil }
