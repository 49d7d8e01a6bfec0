package inspect

// leakMarkers is what gives a response away: lines of a confidence in hundredths and a marker, under lines that name the
// leak, the rule, and whether the words are a database's own. Everything but these stands for itself, its first four bytes always:
//
//	'  a quotation mark of any kind, also escaped
//	#  a digit
//	%  digits, one or more
//	@  a name: letters, digits and . _ - $ : < > \ up to where the rest stands
//	~  anything up to where the rest stands, within a line and maxGap
//
// A space is any white space, and a backslash before anything is passed over: JSON and HTML escape.
const leakMarkers = `= dberror mysql engine
95 You have an error in your SQL syntax
90 mysqli_sql_exception
90 mysqli_fetch_@() expects
90 mysql_fetch_@() expects
90 mysql_num_rows() expects
95 supplied argument is not a valid MySQL
75 MySQL server has gone away
85 Unknown column '~' in '
75 Duplicate entry '~' for key '
95 XPATH syntax error: '
80 Table '~' doesn't exist
95 The used SELECT statements have a different number of columns
90 Illegal mix of collations (
90 Operand should contain % column
90 Column count doesn't match value count at row
75 Access denied for user '
85 ER_PARSE_ERROR
85 ER_BAD_FIELD_ERROR
85 ER_NO_SUCH_TABLE
80 ER_DUP_ENTRY
90 MySQLdb.
90 pymysql.err.
90 mysql.connector.errors.
= dberror postgresql engine
90 PSQLException
85 org.postgresql.util.
95 pg_query(): 
95 pg_exec(): 
85 syntax error at or near '
90 unterminated quoted string at or near '
80 invalid input syntax for type 
85 invalid input syntax for integer
85 relation '~' does not exist
75 column '~' does not exist
85 operator does not exist: 
90 UNION types @ and @ cannot be matched
95 each UNION query must have the same number of columns
80 current transaction is aborted, commands ignored
75 duplicate key value violates unique constraint
75 violates foreign key constraint '
85 pg_hba.conf entry for
90 asyncpg.exceptions.
85 pq: syntax error
85 pq: relation '
85 pq: column '
85 pq: invalid input syntax
85 pq: duplicate key
85 (SQLSTATE #
= dberror psycopg
90 psycopg2.
90 psycopg.errors.
= dberror mssql engine
95 Unclosed quotation mark after the character string
90 Incorrect syntax near '
90 Incorrect syntax near the keyword
90 Microsoft OLE DB Provider for
90 Microsoft SQL Native Client
85 System.Data.SqlClient.
85 Microsoft.Data.SqlClient.
90 Conversion failed when converting the 
95 All queries combined using a UNION
85 Invalid object name '
80 Invalid column name '
85 com.microsoft.sqlserver.jdbc.
75 String or binary data would be truncated
80 Cannot insert the value NULL into column '
90 ADODB.@ error '
90 error '80040e
= dberror oracle engine
85 ORA-#####
90 quoted string not properly terminated
90 SQL command not properly ended
85 oracle.jdbc.
80 PLS-#####
90 cx_Oracle.
90 oci_execute(): 
90 oci_parse(): 
= dberror sqlite engine
95 SQLite3::
95 sqlite3.OperationalError
95 sqlite3.IntegrityError
85 SQLITE_ERROR
85 SQLITE_CONSTRAINT
85 System.Data.SQLite.
85 Microsoft.Data.Sqlite.
85 unrecognized token: '
85 near '~': syntax error
80 no such table: 
80 no such column: 
85 SQL logic error
75 UNIQUE constraint failed: 
= dberror db2 engine
95 DB2 SQL error: 
85 SQLCODE=-%
85 SQLCODE: -%
85 com.ibm.db2.
90 [IBM][CLI Driver]
= dberror mongo engine
85 MongoServerError
85 MongoError
85 E11000 duplicate key error
90 unknown top level operator: $
85 unknown operator: $
85 com.mongodb.@Exception
90 pymongo.errors.
80 MongoDB\Driver\
85 Cast to ObjectId failed for value
= dberror nosql engine
75 WRONGTYPE Operation against a key
80 ERR wrong number of arguments for
80 search_phase_execution_exception
80 SearchPhaseExecutionException
85 com.datastax.@Exception
90 Neo.ClientError.Statement.
90 CypherSyntaxError
= dberror jdbc
90 java.sql.SQL
85 org.hibernate.@Exception
90 could not extract ResultSet
85 could not execute statement
95 bad SQL grammar [
90 PreparedStatementCallback
85 org.springframework.jdbc.
90 QuerySyntaxException
90 JdbcSQL@Exception
85 org.h2.jdbc
85 javax.persistence.@Exception
85 jakarta.persistence.@Exception
90 com.mysql.@Exception
= dberror pdo
90 PDOException
85 SQLSTATE[@]
= dberror sqlalchemy
90 sqlalchemy.exc.
90 Background on this error at: 
= dberror django
90 django.db.utils.
= dberror activerecord
85 ActiveRecord::@Error
85 ActiveRecord::StatementInvalid
85 ActiveRecord::RecordNotUnique
= dberror eloquent
90 Illuminate\Database\QueryException
90 Doctrine\DBAL\
= dberror node-orm
85 SequelizeDatabaseError
80 SequelizeUniqueConstraintError
85 QueryFailedError
80 PrismaClientKnownRequestError
80 PrismaClientValidationError
85 Invalid 'prisma.
= dberror ecto
90 ** (Ecto.
90 ** (Postgrex.
= dberror odbc
90 [Microsoft][ODBC
90 [unixODBC]
85 ODBC SQL Server Driver
90 ODBC Microsoft Access Driver
90 Microsoft JET Database Engine
95 Syntax error in string in query expression
90 Data type mismatch in criteria expression
= dberror other
85 com.sybase.jdbc
85 com.informix.jdbc
85 org.firebirdsql.
90 Dynamic SQL Error
95 Error Executing Database Query
90 Warning: sybase_
= error php
95 </b> on line <b>%
90 .php on line %
90 PHP Fatal error: 
90 PHP Parse error: 
90 PHP Warning: 
90 PHP Notice: 
85 Call to undefined function @()
80 Undefined array key '
85 failed to open stream: 
85 Failed to open stream: 
95 include(): Failed opening
95 require(): Failed opening
95 open_basedir restriction in effect
90 eval()'d code
95 unserialize(): Error at offset
85 preg_match(): 
85 Array to string conversion
80 expects parameter % to be 
= error python
85 json.decoder.JSONDecodeError
90 yaml.scanner.ScannerError
90 pickle.UnpicklingError
75 werkzeug.exceptions.
= error werkzeug
95 The debugger caught an exception in your WSGI application
90 Werkzeug Debugger
= error django
95 seeing this error because you have 
85 Django Version: 
= error java
85 java.lang.@Exception
85 java.lang.@Error
85 java.io.@Exception
85 java.util.@Exception
85 java.net.@Exception
85 org.apache.@Exception
85 javax.servlet.@Exception
85 jakarta.servlet.@Exception
85 com.fasterxml.jackson.@Exception
= error spring
95 Whitelabel Error Page
95 This application has no explicit mapping for /error
85 org.springframework.@Exception
= error dotnet
95 Server Error in '~' Application
95 An unhandled exception occurred during the execution of the current web request
90 Microsoft .NET Framework Version:
90 Unhandled exception. System.
85 System.@Exception: 
85 Newtonsoft.Json.@Exception
= error asp
95 Microsoft VBScript runtime
95 Microsoft VBScript compilation
95 Active Server Pages error '
= error node
85 Error: Cannot find module '
80 ReferenceError: @ is not defined
80 TypeError: Cannot read propert
80 SyntaxError: Unexpected token 
90 UnhandledPromiseRejection
85 ENOENT: no such file or directory
85 EACCES: permission denied
= error rails
95 Action Controller: Exception caught
85 ActionController::@Error
90 Rails.root: 
= error ruby
85 undefined method '~' for 
90 undefined local variable or method '
85 Psych::SyntaxError
80 Sinatra doesn't know this ditty
= error laravel
85 Whoops, looks like something went wrong
90 laravel/framework/src
85 Illuminate\@Exception
85 Symfony\Component\@Exception
90 Spatie\LaravelIgnition
= error go
90 http: panic serving
95 panic: runtime error: 
90 runtime error: invalid memory address or nil pointer
90 runtime error: index out of range [
90 runtime error: slice bounds out of range [
= error rust
95 thread '~' panicked at 
90 called 'Result::unwrap()' on an '
90 called 'Option::unwrap()' on a '
= error perl
85 .pl line %
80 .pm line %
95 <h1>Software error:
80 Undefined subroutine 
= error elixir
85 ** (@Error)
= error template
95 jinja2.exceptions.
95 Twig\Error\
90 Twig_Error_
90 freemarker.core.
95 FreeMarker template error
90 org.apache.velocity.
90 org.thymeleaf.exceptions.
90 SmartyCompilerException
85 Smarty error: 
90 mako.exceptions.
85 TemplateSyntaxError
90 Liquid error: 
90 Liquid syntax error: 
85 tornado.template.
90 ActionView::Template::Error
95 template: @: executing '
90 template: @: function '
= error expression
95 org.springframework.expression.spel
90 EL10##E: 
95 ognl.@Exception
90 org.mvel2.
85 javax.el.@Exception
85 jakarta.el.@Exception
= error xml
85 org.xml.sax.
90 SAXParseException
85 XMLStreamException
95 lxml.etree.XMLSyntaxError
90 xml.etree.ElementTree.ParseError
90 xml.parsers.expat.ExpatError
85 System.Xml.XmlException
85 Start tag expected, '
90 EntityRef: expecting '
90 DOCTYPE is disallowed when the feature
85 Opening and ending tag mismatch: 
90 detected an entity reference loop
90 REXML::ParseException
85 Nokogiri::XML::
95 simplexml_load_string(): 
90 DOMDocument::loadXML(): 
= error xpath
90 XPathEvalError
90 XPathException
85 Invalid XPath expression
90 xmlXPathEval: 
90 Expression must evaluate to a node-set
90 System.Xml.XPath.
90 SimpleXMLElement::xpath(): 
90 javax.xml.xpath.@Exception
= error ldap
85 javax.naming.@Exception
90 ldap_search(): 
85 LDAPException
90 com.sun.jndi.ldap
80 Bad search filter
85 Invalid DN syntax
90 supplied argument is not a valid ldap
90 ldap.FILTER_ERROR
90 LdapErr: DSID-
90 ldap3.core.exceptions.
85 Net::LDAP::@Error
= error shell
95 sh: %: @: not found
90 sh: %: Syntax error: 
85 /bin/sh: @: 
90 /bin/bash: @: 
85 bash: @: command not found
90 bash: line %: 
85 zsh: command not found: 
90 is not recognized as an internal or external command
90 is not recognized as the name of a cmdlet
95 FullyQualifiedErrorId : 
90 cannot access '~': No such file
85 syntax error near unexpected token '
85 The system cannot find the path specified
85 The system cannot find the file specified
= stacktrace python
95 Traceback (most recent call last)
85 File '~', line %
= stacktrace java
90 .java:%)
85 .kt:%)
85 .scala:%)
90 (Native Method)
85 (Unknown Source)
90 Caused by: java
85 Caused by: org.
85 Caused by: com.
90 Exception in thread '
= stacktrace dotnet
90 .cs:line %
90 .vb:line %
90 End of inner exception stack trace
90 End of stack trace from previous location
85 at System.@(
85 at Microsoft.@(
= stacktrace node
85 .js:%:%)
85 .ts:%:%)
85 .mjs:%:%)
90 at Object.<anonymous> (
90 at process.processTicksAndRejections
85 (node:internal/
85 /node_modules/express/lib/
= stacktrace php
90 PHP Stack trace:
90 Stack trace: ~.php(%)
85 .php(%): 
= stacktrace ruby
90 .rb:%:in '
= stacktrace go
95 goroutine % [
90 .go:% +0x
90 [signal SIGSEGV
= stacktrace rust
90 RUST_BACKTRACE=1
= listing apache
95 <title>Index of /
95 <h1>Index of /
85 Parent Directory</a>
= listing python
95 Directory listing for /
= listing tomcat
90 Directory Listing For 
= listing iis
95 [To Parent Directory]
= listing node
90 <title>listing directory /
= listing jetty
95 <title>Directory: /
= listing go
90 <pre> <a href='@'>@</a> <a href='
= listing bucket
95 <ListBucketResult xmlns
85 <EnumerationResults 
= listing shell
80 drwxr-xr-x %
80 -rw-r--r-- % @ @ %
90 drwxrwxrwt %
95 Volume Serial Number is 
= output passwd
95 root:x:0:0:
90 daemon:x:%:%:
90 nobody:x:%:%:
90 www-data:x:%:%:
= output windows
95 [boot loader]
85 [operating systems]
95 ; for 16-bit app support
90 Windows IP Configuration
= output identity
95 uid=%(@) gid=%
90 Linux @ %.%.%~ SMP 
85 nt authority\system
= output key
90 -----BEGIN RSA PRIVATE KEY-----
90 -----BEGIN OPENSSH PRIVATE KEY-----
90 -----BEGIN EC PRIVATE KEY-----
85 -----BEGIN PRIVATE KEY-----
= output config
90 DB_PASSWORD=
90 APP_KEY=base64:
95 repositoryformatversion = 
90 phpinfo()</title>
= output source
80 <?php 
= output metadata
90 ami-launch-index
85 InstanceProfileArn'
`

// honestMarks stand shortly before error texts that somebody writes about.
const (
	honestMarks = "<code <blockquote hljs \n``` {code}"
	honestCount = 5
)
