using QtcHub.Server.Commands;

return await QtcCommand.RunAsync(args);
